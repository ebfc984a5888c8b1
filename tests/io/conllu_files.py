"""Small treebanks in CoNLL-U."""

from collections.abc import Sequence

# Two sentences with multiword tokens, an empty node, a form with a space, the words _ and #,
# and two spaces in the column MISC.
SMALL = """\
# newdoc id = small
# sent_id = small-1
# text = I don't like New York!
1	I	I	PRON	PRP	Case=Nom|Number=Sing	4	nsubj	4:nsubj	_
2-3	don't	_	_	_	_	_	_	_	_
2	do	do	AUX	VBP	_	4	aux	4:aux	_
3	n't	not	PART	RB	_	4	advmod	4:advmod	_
4	like	like	VERB	VB	VerbForm=Inf	0	root	0:root	_
5	New York	New York	PROPN	NNP	_	4	obj	4:obj	Gloss=a  b|SpaceAfter=No
6	!	!	PUNCT	.	_	4	punct	4:punct	_

# sent_id = small-2
1	Go	go	VERB	VB	_	0	root	0:root	_
1.1	go	go	VERB	_	_	_	_	1:conj	CopyOf=1
2-3	hither.	_	_	_	_	_	_	_	SpaceAfter=No
2	_	_	ADV	_	_	1	advmod	1:advmod	_
3	#	#	PUNCT	.	_	1	punct	1:punct	_

"""


def conllu(sentences: Sequence[Sequence[tuple[str, str]]]) -> str:
    """Words and their tags in CoNLL-U."""
    blocks = (
        "".join(
            f"{number}\t{form}\t_\t{tag}\t_\t_\t_\t_\t_\t_\n"
            for number, (form, tag) in enumerate(sentence, start=1)
        )
        for sentence in sentences
    )
    return "".join(f"{block}\n" for block in blocks)
