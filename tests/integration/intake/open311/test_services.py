"""What may be reported, and how a client learns of it."""

from tests.integration.intake.open311.served import CITY
from tests.integration.intake.town import COUNTY, VILLAGE


async def test_every_category_of_an_open_kind_is_a_service_in_both_formats_and_languages(served):
    services = {one["service_code"]: one for one in await served.json("services")}
    assert {"request", "request.environment", "suggestion.other"} <= services.keys()
    assert not [code for code in services if code.startswith(("petition", "dispute"))]
    assert services["request.environment"] == {
        "service_code": "request.environment",
        "service_name": "环境卫生",
        "description": "环境卫生 – 群众急难愁盼诉求",
        "metadata": True,
        "type": "realtime",
        "keywords": "环境卫生, Environment, 群众急难愁盼诉求, Resident's request",
        "group": "群众急难愁盼诉求",
    }
    english = await served.xml("services", headers={"accept-language": "en-GB, zh;q=0.5"})
    names = {one.findtext("service_code"): one.findtext("service_name") for one in english}
    assert english.tag == "services"
    assert {one.tag for one in english} == {"service"}
    assert names.keys() == services.keys()
    assert names["request.environment"] == "Environment"


async def test_a_definition_asks_for_the_place_and_the_urgency(served):
    definition = await served.json("services/request.environment")
    area, urgency = definition["attributes"]
    assert definition["service_code"] == "request.environment"
    assert (area["code"], area["datatype"], area["required"]) == ("area", "singlevaluelist", False)
    assert {"key": VILLAGE, "name": "大通区 大通街道 居仁社区"} in area["values"]
    assert COUNTY not in [value["key"] for value in area["values"]]
    assert [value["key"] for value in urgency["values"]] == ["normal", "urgent", "emergency"]
    assert [attribute["order"] for attribute in definition["attributes"]] == [1, 2]
    in_xml = await served.xml("services/request.environment")
    assert in_xml.findtext("attributes/attribute[2]/values/value[1]/key") == "normal"


async def test_the_service_is_discovered_in_both_formats(served):
    discovery = await served.json("discovery")
    (endpoint,) = discovery["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "http://intake/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    in_xml = await served.xml("discovery")
    assert in_xml.findtext("endpoints/endpoint/formats/format[1]") == "text/xml"


async def test_a_format_that_there_is_not_is_told_in_xml(served):
    answer = await served.gets("services.yaml", 404)
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert "end the address with .xml or .json" in answer.text


async def test_the_city_need_be_named_only_where_several_are_served(served):
    await served.town.pool.execute("INSERT INTO areas VALUES ('341302001001', '东关社区')")
    for path in ("services", "requests", "services/request", "tokens/7"):
        (error,) = await served.json(path, 400)
        assert "jurisdiction_id was not provided" in error["description"]
    assert (await served.posts()).status_code == 400
    case_id = await served.files(jurisdiction_id=CITY)
    await served.json(f"requests/{case_id}", jurisdiction_id=CITY)
    assert await served.json("requests", jurisdiction_id="341300000000") == []
    await served.json(f"requests/{case_id}", 404, jurisdiction_id="341300000000")
