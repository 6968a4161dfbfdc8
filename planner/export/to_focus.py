"""A plan's ledger as a FOCUS 1.3 dataset of cost and usage: what a FinOps tool sets beside the bills that come.

Source: FinOps Open Cost and Usage Specification, Cost and Usage dataset, columns of version 1.3 (December 2025), which
are those of 1.2 and the names of providers that replace `ProviderName` and `PublisherName`; both are there, so that
readers of 1.2 and of later versions find theirs.

    BilledCost = ListCost = ContractedCost = quantity x unit price      paid on its date, nothing discounted to today
    EffectiveCost                          = the line's amount          levelised: sums to the plan's cost

Prices are those that the plan reckons with, discounts and quotes of the scenario taken off. Unit prices are never
negative in FOCUS: what is earned has a negative quantity. A plan is a forecast and no invoice: `BillingAccountType`,
`InvoiceIssuerName`, `ChargeDescription`, `Tags` and `x_Forecast` say so, and there is no `InvoiceId`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from planner.cells import Number, table
from planner.export import focus_words as words
from planner.export.focus_dates import Dates
from planner.export.lines import CURRENCY, Priced, priced

if TYPE_CHECKING:
    from planner.plan.schema import Plan

EVERY_PERIOD = True
FORECAST = "aiplan (forecast, no invoice)"
OWN = "own infrastructure"
"""Who provides what no row of a catalog names a vendor of."""
COLUMNS = (
    *("BilledCost", "BillingAccountId", "BillingAccountName", "BillingAccountType", "BillingCurrency"),
    *("BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription"),
    *("ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit"),
    *("ContractedCost", "ContractedUnitPrice", "EffectiveCost", "HostProviderName", "InvoiceId", "InvoiceIssuerName"),
    *("ListCost", "ListUnitPrice", "PricingCategory", "PricingQuantity", "PricingUnit", "ProviderName"),
    *("PublisherName", "RegionId", "RegionName", "ResourceId", "ResourceName", "ResourceType", "ServiceCategory"),
    *("ServiceName", "ServiceProviderName", "ServiceSubcategory", "SkuId", "SkuMeter", "SkuPriceId"),
    *("SubAccountId", "SubAccountName", "SubAccountType", "Tags"),
)
"""Columns of FOCUS, in the order of their names."""
OURS = (
    *("x_Forecast", "x_Account", "x_Item", "x_PlanPeriod", "x_ValueFactor", "x_ModelledHours", "x_Origin"),
    *("x_Source", "x_AsOf", "x_Confidence", "x_ScenarioSha256"),
)
"""Columns of our own, after those of FOCUS."""
NO_RESOURCE = (words.ELECTRICITY, words.SUSTAINABILITY, words.TRAFFIC)
"""Services whose charges are for no one thing."""


def render(plan: Plan, period: str) -> dict[str, str]:
    """`PLAN.focus.csv`: a row for each line of the ledger, of a period or (empty) of all."""
    from planner.export.names import dns

    made = Ledger(plan)
    rows = [[row.get(name) for name in (*COLUMNS, *OURS)] for row in made.rows(period)]
    return {f"{dns(plan.name)}.focus.csv": table((*COLUMNS, *OURS), rows)}


class Ledger:
    """What rows of a plan have in common."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.dates = plan, Dates(plan)
        self.sites: dict[str, Mapping[str, Any]] = {str(s["id"]): s for s in plan.problem["sites"]}
        self.vendors = {str(m["id"]): str(m.get("vendor") or "") for m in plan.problem["machines"]}
        self.kinds = {s.item: s.kind.removesuffix(" bought") for s in plan.sizing}

    def rows(self, period: str) -> Iterator[dict[str, object]]:
        for line in priced(self.plan, period):
            yield {**self.account(), **self.money(line), **self.times(line), **self.what(line), **self.ours(line)}

    def account(self) -> dict[str, object]:
        """Who would be billed: the plan itself."""
        return {
            "BillingAccountId": f"aiplan/{self.plan.name}/{self.plan.scenario_sha256[:12]}",
            "BillingAccountName": self.plan.name,
            "BillingAccountType": "Forecast",
            "BillingCurrency": CURRENCY,
            "InvoiceIssuerName": FORECAST,
        }

    def money(self, priced: Priced) -> dict[str, object]:
        """Costs, quantities and unit prices."""
        x = priced.line
        category, often = words.category(x.account)
        quantity = -x.quantity if x.unit_price_usd < 0 else x.quantity
        price, unit = abs(x.unit_price_usd), words.unit(x.unit)
        paid = number(quantity * price)
        used = category == words.USAGE
        return {
            **dict.fromkeys(("BilledCost", "ListCost", "ContractedCost"), paid),
            "EffectiveCost": number(x.amount_usd),
            "ChargeCategory": category,
            "ChargeFrequency": often,
            "PricingCategory": "Standard",
            "PricingQuantity": number(quantity),
            "PricingUnit": unit,
            **dict.fromkeys(("ListUnitPrice", "ContractedUnitPrice"), number(price)),
            "ConsumedQuantity": number(quantity) if used else None,
            "ConsumedUnit": unit if used else None,
        }

    def times(self, priced: Priced) -> dict[str, object]:
        """When it is charged and billed."""
        charge = self.dates.charge(priced.line)
        start, end = charge.texts()
        begins, ends = self.dates.billing(charge, priced.line.period).texts()
        return {
            "ChargePeriodStart": start,
            "ChargePeriodEnd": end,
            "BillingPeriodStart": begins,
            "BillingPeriodEnd": ends,
        }

    def what(self, priced: Priced) -> dict[str, object]:
        """What is charged, by whom and where."""
        x = priced.line
        service = words.service(x.account, x.origin)
        site = self.sites.get(x.site, {})
        region = str((site.get("grid") or {}).get("region") or x.site) or None
        vendor = self.vendors.get(x.item, "")
        provider = vendor or (f"utility of {region}" if service is words.ELECTRICITY and region else OWN)
        thing = None if service in NO_RESOURCE else f"{self.plan.name}/{x.site}/{x.item}"
        place = f" at {x.site}" if x.site else ""
        return {
            "ChargeDescription": f"Forecast: {x.account.replace('_', ' ')} of {x.item}{place} in {x.period or 'all'}",
            "ServiceCategory": service.category,
            "ServiceSubcategory": service.subcategory,
            "ServiceName": service.name,
            **dict.fromkeys(("ServiceProviderName", "ProviderName", "PublisherName"), provider),
            "HostProviderName": provider if x.account == "rent" else OWN,
            **dict.fromkeys(("RegionId", "RegionName"), region),
            "ResourceId": thing,
            "ResourceName": x.item if thing else None,
            "ResourceType": self.kinds.get(x.item, service.name) if thing else None,
            "SkuId": x.item,
            "SkuMeter": x.account.replace("_", " "),
            "SkuPriceId": "/".join(part for part in (x.account, x.item, x.site, x.period) if part),
            "SubAccountId": x.site or None,
            "SubAccountName": (str(site.get("name") or "") or x.site) or None,
            "SubAccountType": "Site" if x.site else None,
            "Tags": json.dumps(self.tags(priced), sort_keys=True, ensure_ascii=False),
        }

    def tags(self, priced: Priced) -> dict[str, object]:
        x = priced.line
        named = {"account": x.account, "origin": x.origin, "period": x.period, "plan": self.plan.name, "site": x.site}
        return {"aiplan/forecast": True} | {f"aiplan/{key}": value for key, value in named.items() if value}

    def ours(self, priced: Priced) -> dict[str, object]:
        x = priced.line
        return {
            "x_Forecast": "true",
            "x_Account": x.account,
            "x_Item": x.item,
            "x_PlanPeriod": x.period or None,
            "x_ValueFactor": number(x.factor),
            "x_ModelledHours": self.plan.solver.hours,
            "x_Origin": x.origin,
            "x_Source": priced.source or None,
            "x_AsOf": priced.as_of or None,
            "x_Confidence": priced.confidence or None,
            "x_ScenarioSha256": self.plan.scenario_sha256,
        }


def number(value: float) -> Number:
    """A number in FOCUS's form: `E` before an exponent, no sign of a positive one."""
    digits, e, exponent = f"{value + 0.0:.12g}".partition("e")
    return Number(f"{digits}E{int(exponent)}" if e else digits)
