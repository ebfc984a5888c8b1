"""The bucket of MLflow's files: `python bucket.py make|save|load [FOLDER]`.

`make` makes it unless it is there, `save` copies its files to a folder, `load` copies a folder's
files into it. The address and the keys of the store are those of the environment, as boto3 reads
them; `--bucket` names another one.
"""

import sys
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path

import boto3

s3 = boto3.client("s3")


def make(_: Path, bucket: str) -> None:
    """Make the bucket unless it is there."""
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
        s3.create_bucket(Bucket=bucket)


def save(folder: Path, bucket: str) -> None:
    """Copy all files of the bucket to a folder."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for each in page.get("Contents", []):
            file = folder / each["Key"]
            file.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket, each["Key"], str(file))


def load(folder: Path, bucket: str) -> None:
    """Copy all files of a folder into the bucket; there has to be one."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    if not files:
        sys.exit(f"there is no file in {folder}: give the folder that `save` has written.")
    for file in files:
        s3.upload_file(str(file), bucket, file.relative_to(folder).as_posix())


if __name__ == "__main__":
    commands = ArgumentParser(description=__doc__)
    commands.add_argument("command", choices=["make", "save", "load"])
    commands.add_argument("folder", type=Path, nargs="?", default=Path())
    commands.add_argument("--bucket", default="mlflow")
    given = commands.parse_args()
    {"make": make, "save": save, "load": load}[given.command](given.folder, given.bucket)
