from typing import Any

import pytest
from kedro.framework.project import settings as project_settings
from pydantic import TypeAdapter

from dl_pipelines.configuration import ProjectConfigLoader
from dl_pipelines.errors import SettingError
from dl_pipelines.params.classification import ImageHoldout
from dl_pipelines.params.compute import Compute
from dl_pipelines.params.generation import (
    GANReport,
    ImageGANTraining,
    ImageReading,
    ImageVAETraining,
    SampleJudging,
    VAEReport,
)
from dl_pipelines.params.generative import Adversaries, Autoencoder
from tests.real_project import ROOT, register_project

SHORT = {"epochs": 6, "batch_size": 8}
OF_ALL = {
    "holdout": ImageHoldout,
    "reading": ImageReading,
    "judging": SampleJudging,
    "compute": Compute,
}
OF_GANS = OF_ALL | {
    "report": GANReport,
    "adversaries": Adversaries,
    "training": ImageGANTraining,
}
KINDS = {
    "mnist_vae": OF_ALL
    | {"report": VAEReport, "autoencoder": Autoencoder, "training": ImageVAETraining},
    "mnist_gan": OF_GANS,
    "mnist_dcgan": OF_GANS,
    "mnist_cgan": OF_GANS,
}


def parameters(**runtime: Any) -> dict[str, Any]:
    register_project()
    arguments = project_settings.CONFIG_LOADER_ARGS
    loader = ProjectConfigLoader(str(ROOT / "conf"), "local", runtime_params=runtime, **arguments)
    return loader["parameters"]


@pytest.fixture(scope="module")
def loaded() -> dict[str, Any]:
    """What a run without parameters of its own gets."""
    return parameters()


def test_profiles_differ_and_every_recipe_of_both_is_valid(loaded):
    looked = parameters(generative={"profile": "quick"})
    for pipeline, kinds in KINDS.items():
        network = "autoencoder" if pipeline == "mnist_vae" else "adversaries"
        assert loaded[pipeline] in loaded[f"_{pipeline}"].values()
        for recipe, settings in loaded[f"_{pipeline}"].items():
            full = valid(settings, kinds)
            quick = valid(looked[f"_{pipeline}"][recipe], kinds)
            assert (full["report"].profile, quick["report"].profile) == ("full", "quick")
            assert full["training"].epochs > quick["training"].epochs
            assert full["judging"].samples > quick["judging"].samples
            assert full["reading"].holdout.images is None
            assert quick["reading"].holdout.images < 55_000
            assert full[network] == quick[network]
            assert full[network].name == f"{pipeline}.{recipe}"


def valid(given: dict[str, Any], kinds: dict[str, Any]) -> dict[str, Any]:
    """The settings of a pipeline, each of its kind; those are all there are."""
    assert given.keys() == kinds.keys()
    return {name: TypeAdapter(kind).validate_python(given[name]) for name, kind in kinds.items()}


def test_only_mnist_cgan_is_conditional(loaded):
    for pipeline in ("mnist_gan", "mnist_dcgan", "mnist_cgan"):
        for recipe in loaded[f"_{pipeline}"].values():
            adversaries = Adversaries.model_validate(recipe["adversaries"])
            assert adversaries.conditional == (pipeline == "mnist_cgan")


def test_samples_are_read_by_what_mnist_cnn_trains_quickly(loaded):
    quick = loaded["_mnist_cnn"]["quick"]
    for pipeline in KINDS:
        reading = ImageReading.model_validate(loaded[pipeline]["reading"])
        own = ImageReading.model_validate({name: quick[name] for name in ImageReading.model_fields})
        assert reading == own


@pytest.mark.parametrize("kind", [ImageVAETraining, ImageGANTraining])
@pytest.mark.parametrize(
    ("sample", "factor", "epochs"), [(False, 2.5, 6), (True, 2.5, 15), (True, 1, 6), (True, 1.4, 8)]
)
def test_a_sample_may_take_more_epochs(kind, sample, factor, epochs):
    training = kind.model_validate(SHORT | {"sample_factor": factor, "seeds": (3, 4)})
    arguments = training.for_images(sample=sample)
    expected = training.model_dump() | {"epochs": epochs}
    del expected["sample_factor"]
    assert arguments == expected
    assert set(arguments["loss"]) & {"beta", "r1"}  # of their own kind


def test_the_judges_settings_are_those_of_the_distances():
    judging = SampleJudging(samples=10, neighbours=2, subsets=5, subset_rows=7, seed=9)
    assert judging.distances == {"neighbours": 2, "subsets": 5, "subset_rows": 7, "seed": 9}


def test_the_likelihood_has_the_settings_of_the_report():
    report = VAEReport(importance_samples=7, iwae_images=None, seed=9)
    assert report.likelihood.items() >= {"samples": 7, "images": None, "seed": 9}.items()


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (ImageGANTraining, SHORT | {"sample_factor": 0.5}, "'sample_factor' is 0.5"),
        (ImageVAETraining, SHORT | {"sample_factor": float("inf")}, "'sample_factor' is inf"),
        (ImageVAETraining, SHORT | {"loss": {"r1": 1.0}}, "no setting 'loss.r1'"),
        (ImageGANTraining, SHORT | {"loss": {"beta": 1.0}}, "no setting 'loss.beta'"),
        (GANReport, {"profile": "fast"}, "'profile' is 'fast'"),
        (GANReport, {"taught": -1}, "'taught' is -1"),
        (GANReport, {"followed": 0}, "'followed' is 0"),
        (SampleJudging, {"samples": 9}, "'samples' is 9"),
        (SampleJudging, {"subsets": 1}, "'subsets' is 1"),
        (SampleJudging, {"subset_rows": 1}, "'subset_rows' is 1"),
        (VAEReport, {"iwae_images": 1}, "'iwae_images' is 1"),
        (VAEReport, {"walk_steps": 1}, "'walk_steps' is 1"),
    ],
)
def test_a_wrong_setting_is_named(kind, settings, message):
    with pytest.raises(SettingError, match=message):
        kind.model_validate(settings)
