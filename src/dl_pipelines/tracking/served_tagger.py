"""The tagger that MLflow serves, as code that it keeps beside the weights ("models from code").

A graph (`pt2`) takes tensors only: a served tagger takes sentences, and needs its vocabulary.
"""

from typing import Any

from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from dl_pipelines.data.vocabulary import Vocabulary
from dl_pipelines.frames.treebanks import words_of
from dl_pipelines.io.safetensors import SafetensorsDataset
from dl_pipelines.tracking.code_form import WEIGHTS
from dl_pipelines.training.taggers import predict_tags


class ServedTagger(PythonModel):
    """Tags of sentences by the vote of the networks of all seeds, on the CPU."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the networks and their vocabulary."""
        self._weights = SafetensorsDataset(context.artifacts[WEIGHTS]).load()
        self._vocabulary = Vocabulary.from_dict(self._weights.header["vocabulary"])

    # MLflow finds the signature in the hints, and leaves out the context where it is not asked for.
    def predict(  # type: ignore[override]
        self, model_input: list[str], params: dict[str, Any] | None = None
    ) -> list[str]:
        """Tag sentences.

        Args:
            model_input: Sentences, their words separated by spaces, e.g. "They ate the fish".
            params: None are known.

        Returns:
            For each sentence its tags, separated by spaces; of one without words an empty text.
        """
        words = words_of([sentence.split() for sentence in model_input])
        if words.empty:
            return [""] * len(model_input)
        votes = predict_tags(
            self._weights.header,
            [*self._weights.members().values()],
            self._vocabulary.encode(words),
            sizes=self._vocabulary.sizes,
            compute={"device": "cpu", "threads": 1},
        )
        best = votes.mean(dim=0).argmax(dim=1).tolist()
        words["tag"] = [self._vocabulary.tags[number] for number in best]
        tagged = words.groupby("sentence")["tag"].agg(" ".join)
        return tagged.reindex(range(len(model_input)), fill_value="").tolist()


set_model(ServedTagger())
