import plan_factory as made
import pytest
from pydantic import ValidationError

from planner.plan.schema import Plan
from planner.report.why import lines, names

PLAN = made.plan()


def test_without_an_item_what_was_decided_and_what_binds() -> None:
    text = "\n".join(lines(PLAN, ""))
    assert "chat: 200 req/s on 7.900 x box at north/main (2027)" in text
    assert "cooling at north/main: air taken (cooling/air)" in text
    assert "cooling at north/main: liquid not taken (cooling/liquid)" in text
    assert "limit: chat demand >= 200 req/s binds; looser by one it saves 89.50 USD per req/s (small.yaml:7)" in text
    assert "north peak power" not in text
    assert "source:" not in text


def test_a_workload_says_what_else_was_open_and_why_others_were_not() -> None:
    found = lines(PLAN, "chat")
    assert "  calibrated (true value within x 0.7 to x 1.35): tpot_s 0.03123, precision fp8" in found
    assert "also open for chat: rack (chat/rack/tp4), 400 req/s a machine" in found
    assert "not tiny_a, tiny_b for chat: the model does not fit (80 against 140 GB)" in found
    assert found[-1].startswith("next: `aiplan explain PLAN box`")


def test_a_machine_goes_down_to_its_catalog_row_and_source() -> None:
    found = lines(PLAN, "box")
    assert "spare: 2 machines of box at north/main (o)" in found
    assert "purchase: box: 10 machines x 200,000 USD x 1.00000 = 2.000 MUSD (node/box)" in found
    assert f"in all: 900,000 USD over the horizon, levelised, {900_000 / made.TOTAL_USD:.1%} of the plan" in found
    assert "source: node/box.max_w [high, 2026-01-31] a data sheet" in found


def test_a_limit_that_does_not_bind_says_what_it_has_to_spare() -> None:
    assert "limit: north peak power <= 3.000 MW has 2.920 MW to spare (small.yaml:7)" in [
        line.replace("3 MW", "3.000 MW") for line in lines(PLAN, "peak power")
    ]


@pytest.mark.parametrize("item", names(PLAN))
def test_every_name_offered_has_an_answer(item: str) -> None:
    assert lines(PLAN, item)


def test_letter_case_does_not_matter() -> None:
    assert lines(PLAN, "BOX") == lines(PLAN, "box")


def test_nothing_is_named_so() -> None:
    assert lines(PLAN, "no such thing") == []


def test_a_bill_leads_to_the_row_of_its_grid_and_to_no_row_of_a_kind_called_so() -> None:
    grid, sun = {"row": "grid/de", "field": "price"}, {"row": "energy/sun", "field": "life"}
    site = {"id": "north", "grid": {"cites": [grid, 7]}, "producers": [{"id": "sun", "cites": [sun]}]}
    plan = PLAN.model_copy(update={"problem": {"sites": [site]}})
    found = lines(plan, "energy")
    assert found[-1].startswith("next: `aiplan explain PLAN grid/de`")
    assert not any(line.startswith("source:") for line in found)
    assert [line for line in lines(plan, "energy/sun") if line.startswith("source: energy/sun.life ")]
    assert [line for line in lines(plan, "grid/de") if line.startswith("source: grid/de.price ")]


def test_cites_that_were_touched_do_no_harm() -> None:
    spoilt = PLAN.model_copy(update={"problem": {"sites": [{"id": "box", "cites": [7, "x", {"row": "node/box"}]}]}})
    assert "source: node/box.? [?, ?] ?" in lines(spoilt, "box")


def test_an_excuse_of_another_shape_is_not_a_plan() -> None:
    data = PLAN.model_dump()
    del data["excuses"][0]["reason"]
    with pytest.raises(ValidationError, match="reason"):
        Plan.model_validate(data)
