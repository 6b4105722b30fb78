import subprocess
import sys
from datetime import date

import pytest

from rag.errors import StoreBusyError, StoreError
from rag.lexical import LexicalIndex, LexicalRow, analyse, terms

DAY = date(2025, 3, 1).toordinal()


def row(
    id: int, text: str, day: int | None = DAY, title: str = "", heading: str = ""
) -> LexicalRow:
    return LexicalRow(id, title, heading, text, day, article_id=id)


@pytest.fixture
def index(tmp_path):
    with LexicalIndex.open(tmp_path / "lexical", write=True) as index:
        index.add(
            [
                row(1, "OpenAI launched GPT-4o, a faster model."),
                row(2, "GPT models and the 4o series of phones, with 4 cores."),
                row(3, "The fund raised $8B for H100s in Q3.", DAY + 10),
                row(4, "Engineers who know C++ and R1 chips.", DAY + 20),
                row(5, "Nothing about dates is known here; chips.", None),
                row(
                    6, "Spending rose to 14,000 million.", DAY + 30, title="Chips", heading="Costs"
                ),
            ]
        )
        index.commit()
        yield index


def ids(found):
    return [id for id, _ in found]


def test_exact_tokens_whole_and_split(index):
    assert ids(index.search("GPT-4o", 5)) == [1, 2]
    assert ids(index.search("gpt 4o", 5))[0] in (1, 2)
    assert set(ids(index.search("4o", 5))) == {1, 2}
    assert ids(index.search("H100", 5)) == [3]
    assert ids(index.search("$8B", 5)) == [3]
    assert ids(index.search("$8 billion", 5)) == [3]
    assert ids(index.search("C++", 5)) == [4]
    assert ids(index.search("R1", 5)) == [4]
    assert ids(index.search("Q3", 5)) == [3]
    assert ids(index.search("14000", 5)) == [6]


def test_amounts_have_one_spelling():
    assert "n14000" in terms("14,000 jobs")
    assert "n14000" in terms("14k jobs")
    assert "n14000" in terms("14 thousand jobs")
    assert "n2500000000" in terms("$2.5bn")
    assert "n2500000000" in terms("2.5 billion")
    assert "qwen2.5" in terms("Qwen2.5-VL-72B")
    assert {"qwen", "2.5"} <= set(terms("Qwen2.5-VL-72B"))


def test_stemming_accents_and_possessives():
    assert terms("launches") == terms("launched") == terms("launching")
    assert terms("Nestlé's") == terms("Nestle")


def test_stop_words_leave_the_question_unless_nothing_else_is_left():
    assert [t for t, _ in analyse("What is the price of it?")] == ["price"]
    assert analyse("who is it")
    assert analyse("") == []
    assert analyse("?!… ()") == []


def test_pieces_weigh_less_than_the_whole():
    assert analyse("GPT\u20114o") == analyse("GPT-4o")
    weights = dict(analyse("GPT-4o"))
    assert weights["gpt-4o"] == 1.0
    assert weights["gpt"] < 1.0


def test_a_name_is_found_in_its_handle(tmp_path):
    with LexicalIndex.open(tmp_path / "handles", write=True) as index:
        index.add(
            [row(1, "@jquill likes it."), row(2, "@janequill_ai doubts it."), row(3, "Jane.")]
        )
        index.commit()
        assert set(ids(index.search("What did Jane Quill say?", 5))) == {1, 2, 3}
        assert ids(index.search("What did Quill say?", 5)) == []


def test_titles_and_headings_are_searched(index):
    assert 6 in ids(index.search("chips", 5))
    assert ids(index.search("costs", 5)) == [6]


def test_days_are_inclusive_and_undated_is_explicit(index):
    assert set(ids(index.search("chips", 5))) == {4, 5, 6}
    assert set(ids(index.search("chips", 5, since=DAY + 20))) == {4, 6}
    assert set(ids(index.search("chips", 5, until=DAY + 20))) == {4}
    assert set(ids(index.search("chips", 5, since=DAY + 21, undated=True))) == {5, 6}
    assert index.search("chips", 5, since=DAY + 99) == []


def test_allow_is_exact(tmp_path):
    with LexicalIndex.open(tmp_path, write=True) as index:
        index.add(row(i, f"chips and more chips number {i}") for i in range(3000))
        index.commit()
        wanted = [7, 1500, 2999]
        assert sorted(ids(index.search("chips", 10, allow=lambda id: id in wanted))) == wanted
        assert sorted(ids(index.search("chips", 10, allow=wanted))) == wanted
        many = frozenset(range(1, 3000))
        assert len(index.search("chips", 10_000, allow=many)) == 2999
        assert index.search("chips", 10, allow=[]) == []


@pytest.mark.parametrize(
    "text",
    ["TSMC: capex?", "C++ (2024", '"open quote', "a AND OR NOT", "[1 TO", "^~*", "\x00\ud800", "🤖",
     "text:chips^5", "/re(gex/", "-", "x" * 100_000, "chips " * 5000],
)  # fmt: skip
def test_no_text_raises(index, text):
    index.search(text, 5)


def test_replacing_deleting_and_clearing(index):
    index.add([row(1, "Replaced by banana.")])
    index.delete([2, 999])
    index.commit()
    assert ids(index.search("banana", 5)) == [1]
    assert index.search("gpt", 5) == []
    assert sorted(index.ids()) == [1, 3, 4, 5, 6]
    assert index.count() == 5
    index.clear()
    index.commit()
    assert index.count() == 0
    assert index.ids() == []
    assert index.search("banana", 5) == []


def test_a_reader_sees_commits_after_reload(tmp_path, index):
    reader = LexicalIndex.open(tmp_path / "lexical")
    index.add([row(9, "A kiwi.")])
    assert reader.search("kiwi", 5) == []
    index.commit()
    assert reader.search("kiwi", 5) == []
    reader.reload()
    assert ids(reader.search("kiwi", 5)) == [9]


def test_another_process_reads(tmp_path, index):
    code = (
        "import sys; from pathlib import Path; from rag.lexical import LexicalIndex;"
        "print(LexicalIndex.open(Path(sys.argv[1])).search('gpt-4o', 1)[0][0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "lexical")], capture_output=True, text=True
    )
    assert done.stdout.strip() == "1", done.stderr


def test_uncommitted_changes_are_dropped(tmp_path):
    with LexicalIndex.open(tmp_path, write=True) as index:
        index.add([row(1, "A kiwi.")])
    assert LexicalIndex.open(tmp_path).count() == 0


def test_one_writer(tmp_path, index):
    with pytest.raises(StoreBusyError, match="another process writes"):
        LexicalIndex.open(tmp_path / "lexical", write=True)


def test_a_reader_does_not_write(tmp_path):
    with pytest.raises(StoreError, match="write=True"):
        LexicalIndex.open(tmp_path).add([row(1, "x")])


def test_a_damaged_index_says_what_to_do(tmp_path):
    (tmp_path / "meta.json").write_text("{broken")
    with pytest.raises(StoreError, match="citewire-ingest rebuild"):
        LexicalIndex.open(tmp_path)
