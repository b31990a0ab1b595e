"""Goods between plants: what was sent beside what was received."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

CONSIGNMENT = ("organisation_id", "consignment_reference")
LONGEST_WAY_DAYS = 30
MOST_TYPING_ERRORS = 2


def transfer(transfer_leg: DataFrame) -> DataFrame:
    """One row per consignment that was sent or received."""
    latest = transfer_leg.groupBy("organisation_id").agg(F.max("leg_date").alias("latest_date"))
    legs = transfer_leg.groupBy(*CONSIGNMENT).agg(
        *[total.alias(name) for name, total in {**side("sent"), **side("received")}.items()],
        F.min(F.when(F.col("direction") == "sent", F.col("leg_date"))).alias("sent_date"),
        F.max(F.when(F.col("direction") == "received", F.col("leg_date"))).alias("received_date"),
        F.max("known_at").alias("known_at"),
        F.count(F.lit(1)).alias("_input_count"),
    )
    aged = legs.join(latest, on="organisation_id").withColumn("days", F.date_diff("latest_date", F.coalesce("received_date", "sent_date")))
    judged = aged.withColumn("status", status()).withColumn("age_days", F.when(F.col("status") != "matched", F.col("days")))
    told = judged.join(likely(legs), on=list(CONSIGNMENT), how="left")
    return told.withColumns({
        "transfer_id": F.concat_ws("|", *CONSIGNMENT),
        "difference_kg": (F.col("received_kg") - F.col("sent_kg")).cast("decimal(38,6)"),
    }).drop("latest_date", "days")  # fmt: skip


def side(direction: str) -> dict[str, Column]:
    """Lines and mass of one side; empty where there is none."""
    own = F.col("direction") == direction
    ids = F.concat_ws(", ", F.sort_array(F.collect_list(F.when(own, F.col("transfer_leg_id")))))
    return {
        f"{direction}_leg_ids": F.when(F.max(own), ids),
        f"{direction}_kg": F.sum(F.when(own, F.col("mass_kg"))).cast("decimal(38,6)"),
    }


def status() -> Column:
    """What a consignment comes to; goods on their way are in transit for so many days and unexplained from then on."""
    return (
        F.when(F.col("sent_kg") == F.col("received_kg"), "matched")
        .when(F.col("sent_kg").isNotNull() & F.col("received_kg").isNotNull(), "quantity_differs")
        .when(F.col("sent_kg").isNotNull() & (F.col("days") <= LONGEST_WAY_DAYS), "in_transit")
        .otherwise("unexplained")
    )


def likely(legs: DataFrame) -> DataFrame:
    """For a consignment with one side only, the one reference of the other side that it may have been mistyped for."""
    sent = legs.where("received_kg is null").select("organisation_id", F.col("consignment_reference").alias("here"), F.col("sent_kg").alias("mass_kg"))
    received = legs.where("sent_kg is null").select("organisation_id", F.col("consignment_reference").alias("there"), F.col("received_kg").alias("mass_kg"))
    near = sent.join(received, on=["organisation_id", "mass_kg"]).where(F.levenshtein("here", "there") <= MOST_TYPING_ERRORS)
    both = near.select("organisation_id", "here", "there").unionByName(
        near.select("organisation_id", F.col("there").alias("here"), F.col("here").alias("there"))
    )
    only = both.groupBy("organisation_id", F.col("here").alias("consignment_reference")).agg(
        F.count(F.lit(1)).alias("n"), F.min("there").alias("likely_reference")
    )
    return only.where("n = 1").drop("n")
