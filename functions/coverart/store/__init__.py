"""What the app keeps in DynamoDB; `keys` documents the data model."""
