import pytest

from rag.errors import EncoderError
from rag.rerank import CrossReranker, load_reranker
from rag.settings import Settings
from tests.rag.tiny import save_tiny


def test_scores_come_back_in_order_whatever_the_batches():
    texts = [f"{'x' * (i * 7 % 40)} {i}" for i in range(50)]
    batches = []

    def predict(pairs):
        batches.append(len(pairs))
        return [float(text.split()[-1]) for _, text in pairs]

    assert CrossReranker(predict).score("q", texts) == [float(i) for i in range(50)]
    assert max(batches) <= 16
    assert CrossReranker(predict).score("q", []) == []


def test_no_name_no_reranker(tmp_path):
    assert load_reranker(Settings(home=tmp_path)) is None


def test_a_missing_model_says_what_to_do(tmp_path):
    with pytest.raises(EncoderError, match="CITEWIRE_RERANKER"):
        load_reranker(Settings(home=tmp_path, reranker=str(tmp_path / "nothing")))


def test_a_real_cross_encoder_from_a_folder(tmp_path):
    """Untrained: it proves the loading and the calling, not the quality."""
    save_tiny(tmp_path)
    reranker = load_reranker(Settings(home=tmp_path, reranker=str(tmp_path), threads=1))
    texts = ["Amazon cuts jobs.", "Prices rose.", "Nothing."]
    scores = reranker.score("who cuts jobs", texts)
    assert len(set(scores)) == 3
    assert reranker.score("who cuts jobs", texts[:1])[0] == pytest.approx(scores[0], abs=1e-5)
