import pytest
import torch

from dl_pipelines.errors import DataError
from dl_pipelines.training.checkpoints import Checkpointing, CheckpointStore, fingerprint
from dl_pipelines.training.loop import TrainingState


@pytest.fixture
def store(tmp_path):
    return CheckpointStore(tmp_path, "run", keep=2)


def test_the_newest_state_comes_back(store):
    assert store.load() is None
    for step in (9, 10, 200):
        store.save({"step": step, "weights": torch.tensor([float(step)])}, step)
    state = store.load()
    assert state["step"] == 200
    assert state["weights"].tolist() == [200.0]


def test_only_the_newest_files_are_kept(store):
    for step in (1, 2, 30):
        store.save({"step": step}, step)
    names = sorted(path.name[:10] for path in store.folder.iterdir())
    assert names == ["0000000002", "0000000030"]


@pytest.mark.parametrize(
    "harm",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: b"",
    ],
    ids=["truncated", "altered", "empty"],
)
def test_a_damaged_checkpoint_is_rejected_and_the_one_before_it_used(store, harm):
    for step in (1, 2):
        store.save({"step": step}, step)
    newest = max(store.folder.iterdir())
    newest.write_bytes(harm(newest.read_bytes()))

    assert store.load() == {"step": 1}

    oldest = min(store.folder.iterdir())
    oldest.write_bytes(harm(oldest.read_bytes()))
    assert store.load() is None


def test_a_pickle_that_would_run_code_is_refused(store):
    class Harmful:
        def __reduce__(self):
            return exec, ("raise SystemExit",)

    store.save({"step": Harmful()}, 1)
    with pytest.raises(DataError, match="a checkpoint cannot be read") as caught:
        store.load()
    assert "Weights only load failed" in str(caught.value.__cause__)


@pytest.mark.parametrize("use", [CheckpointStore.acquire, lambda store: store.save({}, 1)])
def test_a_folder_that_cannot_be_written_is_named(tmp_path, use):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="file"):
        use(CheckpointStore(tmp_path / "file", "run"))


def test_a_checkpoint_that_vanishes_while_it_is_looked_for_is_passed_over(store):
    store.save({"step": 1}, 1)
    (store.folder / "0000000002-vanished.pt").symlink_to("nowhere")
    assert store.load() == {"step": 1}


def test_only_one_has_the_checkpoints_of_a_training_until_it_releases_them(tmp_path, store):
    again = CheckpointStore(tmp_path, "run")
    assert store.acquire()
    assert not again.acquire()
    assert CheckpointStore(tmp_path, "another").acquire()
    store.release()
    assert again.acquire()


def test_nothing_of_the_lock_is_left_behind(tmp_path, store):
    store.acquire()
    assert list(tmp_path.iterdir())
    store.release()
    assert not list(tmp_path.iterdir())


def test_a_training_whose_checkpoints_are_in_use_leaves_them_alone(tmp_path, store):
    store.acquire()
    store.save({"training": TrainingState(step=5).state_dict()}, 5)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    state = TrainingState()
    second = Checkpointing(CheckpointStore(tmp_path, "run"), {}, every_steps=1)

    second.on_train_start(state)
    assert state.step == 0
    state.step = 1
    second.on_step_end(state)
    state.finished = True
    second.on_train_end(state)

    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert not CheckpointStore(tmp_path, "run").acquire()


def test_clear_removes_this_training_only(tmp_path):
    one, other = CheckpointStore(tmp_path, "one"), CheckpointStore(tmp_path, "other")
    one.save({}, 1)
    other.save({}, 1)
    one.clear()
    assert one.load() is None
    assert other.load() == {}


def test_fingerprint_changes_with_settings_and_data():
    data = torch.arange(6.0)
    prints = {
        fingerprint({"lr": 1.0, "seed": 0}, [data]),
        fingerprint({"lr": 1.0, "seed": 1}, [data]),
        fingerprint({"lr": 2.0, "seed": 0}, [data]),
        fingerprint({"lr": 1.0, "seed": 0}, [data + 1e-6]),
        fingerprint({"lr": 1.0, "seed": 0}, [data.reshape(2, 3)]),
        fingerprint({"lr": 1.0, "seed": 0}, [data.double()]),
    }
    assert len(prints) == 6


def test_fingerprint_does_not_depend_on_order_or_memory_layout():
    table = torch.arange(6.0).reshape(2, 3)
    view = torch.arange(6.0).reshape(2, 3).T.contiguous().T
    assert fingerprint({"a": 1, "b": (2, 3)}, [table]) == fingerprint({"b": (2, 3), "a": 1}, [view])
