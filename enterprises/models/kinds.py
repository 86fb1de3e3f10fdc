"""Proxy models of designations, one for each kind, for the admin."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models.designation import Designation, DesignationKind
from revival.records.models import Reviewed, ScopedQuerySet


class OneKind(models.Manager[Any]):
    """The manager that limits the rows to the model's kind."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(kind=self.model.kind_of_all)


class OfKind(models.Model):
    """A designation that gets the kind of its model when it is created."""

    kind: Any
    kind_of_all: DesignationKind
    objects = OneKind.from_queryset(ScopedQuerySet)()

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.__dict__.get("kind") == "":
            self.kind = self.kind_of_all


class Proxy:
    """The options that Django does not pass on to a proxy model."""

    proxy = True
    default_permissions = Reviewed._meta.default_permissions


class GreenFactory(OfKind, Designation):
    kind_of_all = DesignationKind.GREEN_FACTORY

    class Meta(Proxy):
        verbose_name = DesignationKind.GREEN_FACTORY.label
        verbose_name_plural = _("green factories")


class GreenPark(OfKind, Designation):
    kind_of_all = DesignationKind.GREEN_PARK

    class Meta(Proxy):
        verbose_name = DesignationKind.GREEN_PARK.label
        verbose_name_plural = _("green parks")


class GreenSupplyChain(OfKind, Designation):
    kind_of_all = DesignationKind.GREEN_SUPPLY_CHAIN

    class Meta(Proxy):
        verbose_name = DesignationKind.GREEN_SUPPLY_CHAIN.label
        verbose_name_plural = _("green supply chains")


class NearZeroCarbonFactory(OfKind, Designation):
    kind_of_all = DesignationKind.NEAR_ZERO_CARBON

    class Meta(Proxy):
        verbose_name = DesignationKind.NEAR_ZERO_CARBON.label
        verbose_name_plural = _("near-zero-carbon factories")


class FoundryStandard(OfKind, Designation):
    kind_of_all = DesignationKind.FOUNDRY_STANDARD

    class Meta(Proxy):
        verbose_name = DesignationKind.FOUNDRY_STANDARD.label
        verbose_name_plural = _("foundry standard")


class SmartChemicalPark(OfKind, Designation):
    kind_of_all = DesignationKind.SMART_CHEMICAL_PARK

    class Meta(Proxy):
        verbose_name = DesignationKind.SMART_CHEMICAL_PARK.label
        verbose_name_plural = _("smart chemical parks")


class Cluster(OfKind, Designation):
    kind_of_all = DesignationKind.CLUSTER

    class Meta(Proxy):
        verbose_name = DesignationKind.CLUSTER.label
        verbose_name_plural = _("clusters")


class DemonstrationCase(OfKind, Designation):
    kind_of_all = DesignationKind.DEMONSTRATION_CASE

    class Meta(Proxy):
        verbose_name = DesignationKind.DEMONSTRATION_CASE.label
        verbose_name_plural = _("demonstration cases")


KINDS: tuple[type[OfKind], ...] = (
    GreenFactory,
    GreenPark,
    GreenSupplyChain,
    NearZeroCarbonFactory,
    FoundryStandard,
    SmartChemicalPark,
    Cluster,
    DemonstrationCase,
)
