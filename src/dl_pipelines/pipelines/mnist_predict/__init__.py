"""Reading pictures of digits by networks trained before.

Look first at the table of pictures: what is read in each and how sure that is. The figure
`contact_sheet.png` shows the pictures as the network sees them. What can be read:
docs/mnist_predict.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.mnist_predict.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
