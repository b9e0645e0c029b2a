"""Adapters to AWS: clients, DynamoDB, S3, secrets, settings, logs and metrics."""
