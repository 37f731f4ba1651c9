"""What people tell through an app: sealed, or not kept at all."""

from tests.integration.intake.town import VILLAGE

TOLD = {
    "description": "隔壁老周zebra\n第二行",
    "last_name": "周",
    "first_name": "小quagga",
    "phone": "13955412345",
    "email": "okapi@example.org",
    "address_string": "居仁社区3号楼gnu",
    "lat": "32.612345",
    "long": "117.098765",
    "media_url": "https://example.org/eland.jpg",
}
NOT_KEPT = {"device_id": "kudu-device", "account_id": "oryx-account"}
SECRETS = ("zebra", "quagga", "13955412345", "okapi", "gnu", "612345", "098765", "eland")


async def test_what_people_tell_is_nowhere_but_in_the_vault(served, caplog, capfd):
    caplog.set_level(0)
    town = served.town
    case_id = await served.files(**TOLD, **NOT_KEPT, address_id=VILLAGE)
    refused = await served.posts(**TOLD, address_id="340402999999")
    assert refused.status_code == 400
    await town.talk.settles()
    shown = (await served.gets("requests.xml")).text + (await served.gets("requests.json")).text
    shown += refused.text
    on_the_bus = b"".join(env.to_json() for env in await town.talk.all_said("intake")).decode()
    assert case_id in on_the_bus
    logged = caplog.text + "".join(capfd.readouterr())
    stored = await everything_stored(town)
    for secret in (*SECRETS, *NOT_KEPT.values(), served.key):
        for place in (shown, on_the_bus, logged, stored):
            assert secret not in place
            assert secret.encode().hex() not in place
    told = await town.client.get(
        f"/v1/cases/{case_id}/texts", params={"purpose": "handling"}, headers=town.as_("dispatcher")
    )
    read = told.json()
    assert read["text"] == TOLD["description"]
    assert (read["name"], read["phone"], read["email"]) == (
        "周小quagga",
        TOLD["phone"],
        TOLD["email"],
    )
    assert (read["address"], read["point"]) == (TOLD["address_string"], "32.612345, 117.098765")
    assert read["media_url"] == TOLD["media_url"]


async def everything_stored(town):
    """Every row of every table, as text."""
    tables = await town.pool.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    )
    rows = [
        row["text"]
        for table in tables
        for row in await town.pool.fetch(f"SELECT t::text AS text FROM {table['tablename']} t")  # noqa: S608 - names from the catalogue
    ]
    return "\n".join(rows)
