"""What a run leaves can be opened without running anything; test_runners asks this of all."""

from tests.pickles import pickles_of
from tests.real_project import RealProject


def test_a_finished_run_leaves_no_pickle(finished: RealProject) -> None:
    assert [*(finished.root / "data").rglob("*.safetensors")]
    assert [*(finished.root / "mlartifacts").rglob("*.png")]
    assert pickles_of(finished.root / "data") == []
    assert pickles_of(finished.root / "mlartifacts") == []
