"""Descriptions of registered models that people have edited."""

from datetime import date

from dl_pipelines.tracking.model_notes import judged_note, model_note


def test_a_new_judgement_takes_the_place_of_the_one_before_and_of_nothing_else():
    first = judged_note("lstm.", "champion", "there is no champion yet")
    assert first == f"lstm.\n\n**Judged** champion on {date.today()}, for there is no champion yet."
    edited = f"{first}\n\nAsk Li before use."
    again = judged_note(edited, "challenger", r"it costs \\1")
    assert again == (
        f"lstm.\n\n**Judged** challenger on {date.today()}, for it costs \\\\1.\n\n"
        "Ask Li before use."
    )


def test_a_version_without_a_description_gets_its_judgement():
    assert judged_note("", "champion", "x") == f"**Judged** champion on {date.today()}, for x."


def test_a_model_of_a_pipeline_that_is_gone_says_how_to_load_it():
    note = model_note("gone")
    assert note.startswith("The alias `champion`")
    assert "models:/gone@champion" in note
