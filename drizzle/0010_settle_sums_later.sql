-- A commit of plays only appends its sums; hours and days take them over many commits at a time.
CREATE TABLE "unsettled_sums" (
	"endpoint_id" integer NOT NULL,
	"booking_id" integer NOT NULL,
	"asset_id" integer NOT NULL,
	"hour_starts_at" timestamp with time zone NOT NULL,
	"date" date NOT NULL,
	"completed" integer NOT NULL,
	"cut" integer NOT NULL,
	"failed" integer NOT NULL,
	"airtime_ms" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "play_days" RENAME TO "settled_play_days";--> statement-breakpoint
ALTER TABLE "play_hours" RENAME TO "settled_play_hours";--> statement-breakpoint
ALTER TABLE "settled_play_days" RENAME CONSTRAINT "play_days_booking_id_date_endpoint_id_asset_id_pk" TO "settled_play_days_key";--> statement-breakpoint
ALTER TABLE "settled_play_hours" RENAME CONSTRAINT "play_hours_endpoint_id_booking_id_asset_id_hour_starts_at_pk" TO "settled_play_hours_key";
--> statement-breakpoint
CREATE VIEW "play_hours" AS
SELECT "endpoint_id", "booking_id", "asset_id", "hour_starts_at", "completed", "cut", "failed", "airtime_ms"
FROM "settled_play_hours"
UNION ALL
SELECT "endpoint_id", "booking_id", "asset_id", "hour_starts_at", "completed", "cut", "failed", "airtime_ms"
FROM "unsettled_sums";
--> statement-breakpoint
CREATE VIEW "play_days" AS
SELECT "booking_id", "date", "endpoint_id", "asset_id", "completed", "cut", "failed", "airtime_ms"
FROM "settled_play_days"
UNION ALL
SELECT "booking_id", "date", "endpoint_id", "asset_id", "completed", "cut", "failed", "airtime_ms"
FROM "unsettled_sums";
