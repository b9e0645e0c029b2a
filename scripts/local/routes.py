"""The HTTP API's routes on the emulator, which does not read the OpenAPI document that SAM writes them into."""

import json
import re
from typing import Any

import boto3


def add_routes(session: boto3.Session, url: str, stack: str) -> None:
    """Gives each HTTP API of the deployed `stack` the routes of its document, and no others."""
    formation, functions, gateway = (
        session.client(service, endpoint_url=url) for service in ("cloudformation", "lambda", "apigatewayv2")
    )
    template = formation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    template = json.loads(template) if isinstance(template, str) else template
    resources = formation.describe_stack_resources(StackName=stack)["StackResources"]
    physical = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::ApiGatewayV2::Api":
            continue
        api = physical[name]
        _clear(gateway, api)
        targets: dict[str, str] = {}
        for path, operations in resource["Properties"]["Body"]["paths"].items():
            for method, operation in operations.items():
                function = _function(operation)
                if function not in targets:
                    arn = functions.get_function(FunctionName=physical[function])["Configuration"]["FunctionArn"]
                    targets[function] = gateway.create_integration(
                        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
                    )["IntegrationId"]
                target = f"integrations/{targets[function]}"
                gateway.create_route(ApiId=api, RouteKey=f"{method.upper()} {path}", Target=target)


def _clear(gateway: Any, api: str) -> None:
    for route in gateway.get_routes(ApiId=api)["Items"]:
        gateway.delete_route(ApiId=api, RouteId=route["RouteId"])
    for integration in gateway.get_integrations(ApiId=api)["Items"]:
        gateway.delete_integration(ApiId=api, IntegrationId=integration["IntegrationId"])


def _function(operation: dict[str, Any]) -> str:
    """The logical id of the function that an operation goes to."""
    uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    found = re.search(r"/functions/\$\{(\w+)\.Arn\}/invocations$", uri)
    if found is None:
        raise RuntimeError(f"This route goes to no function: {uri}")
    return found[1]
