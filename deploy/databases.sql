-- Run once by the image of PostgreSQL, in the database `mlflow`, when its volume is empty.
CREATE DATABASE mlflow_auth;
