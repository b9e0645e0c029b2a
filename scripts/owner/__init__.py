"""What an owner does with a stack in AWS: deploy, configure, check, destroy, remove a listener.

The release bundle contains this package. It runs where AWS CloudShell does: Python 3.9, its standard library and boto3.
"""
