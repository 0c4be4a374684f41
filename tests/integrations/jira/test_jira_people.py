"""People in further fields of a Jira ticket: who is meant, and who is not."""

import pytest

from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.jira import Flavour
from sandbox.jira.fields import ASSIGNEE
from tests.integrations.jira.jira_field_rig import LABEL, OTHERS, add, filled
from tests.integrations.jira.jira_rig import jira_rig, request

BOTH = pytest.mark.parametrize("flavour", list(Flavour))


@BOTH
async def test_people_are_found_by_e_mail_or_name(flavour: Flavour) -> None:
    """An account id on Cloud, a login on Data Center; any field of people, and several of them."""
    key = "accountId" if flavour is Flavour.CLOUD else "name"
    mia, captain = {key: "mia"}, {key: "captain"}
    async with jira_rig(flavour) as rig:
        rig.simulator.world.add_project("WEB", fields=(ASSIGNEE, *OTHERS))
        found = await filled(
            rig,
            {
                "Assignee": "MIA@example.com",
                "Release captain": "mia keller",
                "Testers": "Mia Keller, Release Captain",
            },
            project="WEB",
        )
        assert found["assignee"] == found["customfield_6"] == mia
        assert found["customfield_7"] == [mia, captain]


async def test_a_hidden_address_finds_its_person() -> None:
    """Cloud searches addresses that it doesn't show: who is found by one, alone, is who has it."""
    async with jira_rig(Flavour.CLOUD) as rig:
        add(rig, "sam", "Sam Lee", "sam@example.com")
        assert (await filled(rig, {"assignee": "sam@example.com"}))["assignee"] == {"accountId": "sam"}


async def test_a_hidden_address_of_two_is_nobodys() -> None:
    """Who of them is meant can't be known; and a visible address that only begins so is another."""
    async with jira_rig(Flavour.CLOUD) as rig:
        add(rig, "sam", "Sam Lee", "sam@example.com.au", open_email=True)
        with pytest.raises(Refused, match=r"Assignee: there is no 'sam@example.com'; there is: Sam Lee"):
            await rig.pm.create_release_ticket(request(LABEL, fields={"Assignee": "sam@example.com"}))
        for name in ("pat", "pet"):
            add(rig, name, name.title(), f"p@example.com.{name}")
        with pytest.raises(Refused, match=r"Assignee: there are 2 called 'p@example.com'"):
            await rig.pm.create_release_ticket(request(LABEL, fields={"Assignee": "p@example.com"}))


async def test_a_login_of_data_center_finds_its_person() -> None:
    """It is what Data Center calls the name of a user."""
    async with jira_rig(Flavour.DATA_CENTER) as rig:
        assert (await filled(rig, {"Assignee": "mia"}))["assignee"] == {"name": "mia"}


@BOTH
async def test_people_of_one_name_are_told_apart_by_e_mail(flavour: Flavour) -> None:
    """The name alone is refused; those who have left or can't be assigned are nobody."""
    async with jira_rig(flavour) as rig:
        add(rig, "mia2", "Mia Keller", "mk@example.com", open_email=True)
        add(rig, "sam", "Sam Lee", "sam@example.com", open_email=True, active=False)
        add(rig, "pat", "Pat Lee", "pat@example.com", open_email=True, assignable=False)
        with pytest.raises(Refused, match=r"Assignee: there are 2 called 'Mia Keller'; write the e-mail"):
            await rig.pm.create_release_ticket(request(LABEL, fields={"Assignee": "Mia Keller"}))
        for nobody in ("Sam Lee", "pat@example.com"):
            with pytest.raises(Refused, match=rf"Assignee: there is no '{nobody}'; there is: nothing"):
                await rig.pm.create_release_ticket(request(LABEL, fields={"Assignee": nobody}))
        assert await filled(rig, {"Assignee": "mk@example.com"})


@BOTH
async def test_a_person_behind_many_others_is_found(flavour: Flavour) -> None:
    """Jira leaves out of a page those who can't be assigned: a short page is not the end."""
    async with jira_rig(flavour) as rig:
        for number in range(120):
            add(rig, f"lee{number}", f"Lee Ann {number}", f"l{number}@example.com", assignable=False)
        add(rig, "lee", "Lee", "lee@example.com")
        assert (await filled(rig, {"Assignee": "Lee"}))["assignee"] in ({"accountId": "lee"}, {"name": "lee"})


@BOTH
async def test_who_may_assign_nobody_has_no_assignee_to_fill_in(flavour: Flavour) -> None:
    """Jira leaves the field off the screen; and other fields of people can't be looked up.

    It says 401, as to an account that it does not know: the connection is sound all the same.
    """
    async with jira_rig(flavour) as rig:
        rig.simulator.account.may -= {"assign"}
        rig.simulator.world.add_project("WEB", fields=OTHERS)
        with pytest.raises(Refused, match=r"there is no 'Assignee'; there is: Labels, Priority"):
            await rig.pm.create_release_ticket(request(LABEL, fields={"Assignee": "Mia Keller"}))
        with pytest.raises(Refused, match=r"Testers: .* grant it Assign issues"):
            await rig.pm.create_release_ticket(
                request(LABEL, project="WEB", fields={"Testers": "Mia Keller"})
            )


@BOTH
@pytest.mark.parametrize("status", [401, 403])
async def test_who_is_known_no_more_while_people_are_looked_for_is_told_so(
    flavour: Flavour, status: int
) -> None:
    """The same answer as to an account that lacks a right, but then Jira does not say either who we are."""
    async with jira_rig(flavour) as rig:
        rig.simulator.fault(path="/(assignable/search|myself)", status=status, times=2)
        wish = request(LABEL, fields={"Assignee": "Mia Keller"})
        with pytest.raises(NeedsCredentials, match=r"look up what is in the fields"):
            await rig.pm.create_release_ticket(wish)
        assert [each.path.rpartition("/")[2] for each in rig.simulator.record if each.spoiled] == [
            "search",
            "myself",
        ]
        assert rig.tickets(LABEL) == 0
        rig.settle()
        await rig.pm.create_release_ticket(wish)
        assert rig.tickets(LABEL) == 1
