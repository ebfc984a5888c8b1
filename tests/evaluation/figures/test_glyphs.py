from dl_pipelines.evaluation.figures.glyphs import MISSING, drawable, families_for


def test_common_letters_need_one_font():
    assert families_for("naïve Ёж, 12 €") == ["DejaVu Sans"]
    assert drawable("naïve Ёж, 12 €", ["DejaVu Sans"]) == "naïve Ёж, 12 €"


def test_another_font_is_taken_for_letters_that_the_first_lacks():
    text = "a\N{WATCH}"  # among the fonts that come with matplotlib, of STIX
    families = families_for(text)
    assert families[0] == "DejaVu Sans"
    assert len(families) == 2
    assert drawable(text, families) == text
    assert drawable(text, families[:1]) == f"a{MISSING}"


def test_letters_that_no_font_has_are_boxes():
    text = "a\U0010fffdb"  # of private use
    assert drawable(text, families_for(text)) == f"a{MISSING}b"
