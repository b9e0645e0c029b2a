import pytest
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader

from coverart.service_models import ServiceModels

SERVICES = ("dynamodb", "events", "s3", "ssm", "stepfunctions")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("kind", ["service-2", "endpoint-rule-set-1"])
def test_what_is_read_of_a_service_is_what_botocore_reads(service, kind):
    assert ServiceModels().load_service_model(service, kind) == Loader().load_service_model(service, kind)


@pytest.mark.parametrize("name", ["endpoints", "partitions", "sdk-default-configuration", "_retry"])
def test_what_is_read_of_all_services_is_what_botocore_reads(name):
    assert ServiceModels().load_data(name) == Loader().load_data(name)


def test_every_service_that_botocore_knows_is_listed():
    assert set(Loader().list_available_services("service-2")) <= set(
        ServiceModels().list_available_services("service-2")
    )


def test_what_is_not_there_is_an_error_of_botocores():
    with pytest.raises(UnknownServiceError):
        ServiceModels().load_service_model("nothing-of-the-kind", "service-2")
    with pytest.raises(DataNotFoundError):
        ServiceModels().load_data("nothing-of-the-kind")
