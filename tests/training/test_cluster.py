import asyncio
import os
import signal
import socket
import time
from unittest import mock

import numpy as np
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.training import cluster, scheduler
from dl_pipelines.training.parallel import run_jobs
from tests.dask_cluster import dask_cluster

distributed = pytest.importorskip("distributed", reason="needs the extra dask")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A cluster of one worker."""
    with dask_cluster(tmp_path_factory.mktemp("cluster"), workers=1) as running:
        yield running


@pytest.fixture
def in_a_second(monkeypatch):
    """Nobody waits long for an answer."""
    monkeypatch.setattr(scheduler, "ANSWER_SECONDS", 1.0)


def results(address, call, jobs):
    """What jobs give on a cluster, by their numbers; its workers need not import torch."""
    with cluster.dask_client(address, workers=1) as client:
        return dict(cluster.on_workers(client, call, jobs))


def refused(address):
    """The sentence that jobs end with, and the seconds until then."""
    start = time.monotonic()
    with pytest.raises(SettingError) as caught:
        results(address, len, [{}])
    return str(caught.value), time.monotonic() - start


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "no address", "http://127.0.0.1:9"])
@pytest.mark.usefixtures("in_a_second")
def test_a_scheduler_that_is_not_there_is_one_sentence(address, capfd):
    sentence, seconds = refused(address)
    assert f"there is no Dask scheduler at '{address}'" in sentence
    assert "compute.address" in sentence and "\n" not in sentence
    assert seconds < 10
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("in_a_second")
def test_what_accepts_and_is_silent_is_no_scheduler():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sentence, seconds = refused(f"tcp://127.0.0.1:{silent.getsockname()[1]}")
    assert "no answer that Dask understands" in sentence
    assert seconds < 10


def test_the_address_of_a_worker_is_none_of_a_scheduler(running, capfd):
    with distributed.Client(running.address, set_as_default=False) as client:
        (worker,) = client.nthreads()
    sentence, seconds = refused(worker)
    assert f"there is no Dask scheduler at '{worker}' (it is a Worker): start one" in sentence
    assert seconds < 10
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("in_a_second")
def test_a_host_that_nobody_knows_is_told_from_one_that_does_not_answer():
    sentence, seconds = refused("tcp://nowhere.invalid:8786")
    assert "(no host of this name is known)" in sentence
    assert seconds < 10
    assert (
        "(no answer that Dask understands, or none in time)" in refused("tcp://192.0.2.1:8786")[0]
    )


@pytest.mark.usefixtures("in_a_second")
def test_workers_that_are_silent_are_not_waited_for(running):
    async def silent(client, packages):
        await asyncio.sleep(60)

    with mock.patch.object(distributed.Client, "get_versions", silent):
        sentence, seconds = refused(running.address)
    assert f"workers of the Dask scheduler at '{running.address}' do not answer" in sentence
    assert seconds < 10


def test_the_default_wait_is_short_enough():
    assert 2 * scheduler.ANSWER_SECONDS < 20


@pytest.mark.slow
@pytest.mark.usefixtures("in_a_second")
def test_a_scheduler_without_workers_is_one_sentence(tmp_path):
    with dask_cluster(tmp_path, workers=0) as empty:
        sentence, _ = refused(empty.address)
    assert f"'{empty.address}' has no workers" in sentence
    assert f"dask worker {empty.address}" in sentence


def test_workers_with_other_versions_are_refused(running):
    async def other(client, packages):
        own = dict.fromkeys(["python", *packages], "1.0")
        there = {"tcp://worker:1": {"packages": own | {"torch": "0.4"}}}
        return {"client": {"packages": own}, "workers": there}

    with mock.patch.object(distributed.Client, "get_versions", other):
        sentence, _ = refused(running.address)
    assert "worker tcp://worker:1 has torch 0.4, this process 1.0" in sentence


def test_the_environment_names_a_cluster_too(running):
    import dask

    with dask.config.set({"scheduler-address": running.address}):
        (pid,) = run_jobs(os.getpid, [{}], backend="dask")
    assert pid == running.workers[0].pid


def _total():
    """A function that no module has, so that the worker need not import tests."""

    def total(job):
        return float(job["values"].sum()) + job["number"]

    return total


def test_results_are_the_same_to_the_bit(running):
    values = np.random.default_rng(0).random(100_003)
    jobs = [{"values": values, "number": number} for number in range(5)]
    expected = dict(enumerate(map(_total(), jobs)))
    assert results(running.address, _total(), jobs) == expected


def test_what_jobs_share_is_sent_once(running):
    values = np.zeros(1_000_000)
    jobs = [{"values": values, "number": number} for number in range(4)]
    sizes = []
    submit = distributed.Client.submit

    def counted(client, function, *given, **options):
        sizes.append(sum(len(value) for value in given if isinstance(value, bytes)))
        return submit(client, function, *given, **options)

    with mock.patch.object(distributed.Client, "submit", counted):
        results(running.address, _total(), jobs)
    assert values.nbytes <= sum(sizes) < 1.1 * values.nbytes


def test_an_error_of_a_job_comes_through_as_it_is(running):
    def fail(job):
        raise OSError(f"no disk for {job['number']}")

    with pytest.raises(OSError, match="no disk for 3"):
        results(running.address, fail, [{"number": 3}])


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="has no SIGKILL")
def test_a_cluster_that_has_gone_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_LOOK_SECONDS", 1.0)

    def deadly(job):
        os.kill(os.getpid(), signal.SIGKILL)

    with dask_cluster(tmp_path, workers=1) as dying:
        with pytest.raises(SettingError, match=r"was lost while it had jobs: look into its log"):
            results(dying.address, deadly, [{}])
        assert dying.workers[0].wait(10) == -signal.SIGKILL
