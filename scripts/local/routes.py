"""The routes of the HTTP API on the emulator, which ignores the OpenAPI document that SAM writes them into."""

import json
import re
from collections.abc import Callable
from typing import Any


def add_routes(create_client: Callable[[str], Any], stack: str) -> None:
    """Replace the routes of each HTTP API of the deployed `stack` by those of its OpenAPI document."""
    formation, functions, gateway = map(create_client, ("cloudformation", "lambda", "apigatewayv2"))
    template = formation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    template = json.loads(template) if isinstance(template, str) else template
    resources = formation.describe_stack_resources(StackName=stack)["StackResources"]
    physical_ids = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::ApiGatewayV2::Api":
            continue
        api_id = physical_ids[name]
        _delete_routes(gateway, api_id)
        integrations: dict[str, str] = {}
        for path, operations in resource["Properties"]["Body"]["paths"].items():
            for method, operation in operations.items():
                function = _find_function(operation)
                if function not in integrations:
                    configuration = functions.get_function(FunctionName=physical_ids[function])["Configuration"]
                    integrations[function] = gateway.create_integration(
                        ApiId=api_id,
                        IntegrationType="AWS_PROXY",
                        IntegrationUri=configuration["FunctionArn"],
                        PayloadFormatVersion="2.0",
                    )["IntegrationId"]
                target = f"integrations/{integrations[function]}"
                key = path if path == "$default" else f"{method.upper()} {path}"
                gateway.create_route(ApiId=api_id, RouteKey=key, Target=target)


def _delete_routes(gateway: Any, api_id: str) -> None:
    for route in gateway.get_routes(ApiId=api_id)["Items"]:
        gateway.delete_route(ApiId=api_id, RouteId=route["RouteId"])
    for integration in gateway.get_integrations(ApiId=api_id)["Items"]:
        gateway.delete_integration(ApiId=api_id, IntegrationId=integration["IntegrationId"])


def _find_function(operation: dict[str, Any]) -> str:
    """Return the logical id of an operation's function. Raise RuntimeError if the operation has none."""
    uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    match = re.search(r"/functions/\$\{(\w+)\.Arn\}/invocations$", uri)
    if match is None:
        raise RuntimeError(f"This route has no function: {uri}")
    return match[1]
