"""The architecture: who may import whom, and that importing does no work."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORBIDDEN = {"rag": {"ingest", "eval", "ui"}, "ingest": {"eval", "ui"}, "eval": {"ui"}}
HEAVY = {
    "torch", "sentence_transformers", "chromadb", "openvino", "gradio", "transformers",
    "langchain_openai", "trafilatura",
}  # fmt: skip
MODULES = sorted(
    path for package in ("rag", "ingest", "eval") for path in (ROOT / package).rglob("*.py")
)


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_layers(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    assert not imports(path) & FORBIDDEN[package]


def test_ui_builds_on_rag_and_starts_ingest_through_its_public_functions() -> None:
    tree = ast.parse((ROOT / "ui.py").read_text(encoding="utf-8"))
    modules = {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    allowed = {"ingest.pipeline", "ingest.inputs", "ingest.sync", "ingest.sources"}
    assert {m for m in modules if m.split(".")[0] in ("ingest", "eval")} <= allowed


def test_importing_does_no_heavy_work() -> None:
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in MODULES
        if path.name != "__main__.py"
    ]
    script = f"import sys\nfor n in {names!r}: __import__(n)\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert not HEAVY & {name.split(".")[0] for name in done.stdout.split()}


def test_public_names_exist() -> None:
    import rag

    assert sorted(rag.__all__) == rag.__all__
    for name in rag.__all__:
        assert getattr(rag, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        _ = rag.nonsense


def test_readme_names_every_make_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    readme = (ROOT / "README.md").read_text()
    phony = next(line for line in makefile.splitlines() if line.startswith(".PHONY:"))
    for target in set(phony.split()[1:]) - {"clean"}:
        assert f"make {target}" in readme, target
    assert "make check" in (ROOT / ".ci" / "run").read_text()
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_readme_pictures_exist() -> None:
    import re

    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / name).is_file(), name


def test_installed_pins_agree() -> None:
    """What pyproject pins is what the constraints pin, so that no install drifts."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / ".constraints.txt").read_text().splitlines()
    pins = {
        name.lower().replace("_", "-"): version
        for name, _, version in (line.partition("==") for line in lines)
    }
    for requirement in project["dependencies"]:
        name, _, version = requirement.partition("==")
        if name != "torch":
            assert pins[name.lower().replace("_", "-")] == version, requirement
