-- Reports read sums by local day, promises are summed once they are past, doubted plays can be accepted by a person.
CREATE TABLE "play_days" (
	"booking_id" integer NOT NULL,
	"date" date NOT NULL,
	"endpoint_id" integer NOT NULL,
	"asset_id" integer NOT NULL,
	"completed" integer NOT NULL,
	"cut" integer NOT NULL,
	"failed" integer NOT NULL,
	"airtime_ms" bigint NOT NULL,
	CONSTRAINT "play_days_booking_id_date_endpoint_id_asset_id_pk" PRIMARY KEY("booking_id","date","endpoint_id","asset_id")
);
--> statement-breakpoint
CREATE TABLE "promise_mark" (
	"id" integer PRIMARY KEY NOT NULL,
	"settled_to" timestamp with time zone NOT NULL,
	CONSTRAINT "promise_mark_once" CHECK ("promise_mark"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "promised_days" (
	"booking_id" integer NOT NULL,
	"date" date NOT NULL,
	"endpoint_id" integer NOT NULL,
	"promised" integer NOT NULL,
	"promised_ms" bigint NOT NULL,
	CONSTRAINT "promised_days_booking_id_date_endpoint_id_pk" PRIMARY KEY("booking_id","date","endpoint_id")
);
--> statement-breakpoint
ALTER TABLE "quarantined_plays" ADD COLUMN "accepted_by" text;--> statement-breakpoint
ALTER TABLE "quarantined_plays" ADD COLUMN "accepted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "quarantined_plays" ADD COLUMN "accepted_reason" text;--> statement-breakpoint
CREATE INDEX "play_days_by_date" ON "play_days" USING btree ("date");--> statement-breakpoint
CREATE INDEX "promised_days_by_date" ON "promised_days" USING btree ("date");--> statement-breakpoint
CREATE INDEX "quarantined_numberless" ON "quarantined_plays" USING btree ("player_id","epoch_no") WHERE "quarantined_plays"."seq" is null;--> statement-breakpoint
CREATE INDEX "quarantined_by_time" ON "quarantined_plays" USING btree ("received_at");--> statement-breakpoint
ALTER TABLE "quarantined_plays" ADD CONSTRAINT "accepted_with_reason" CHECK (num_nulls("quarantined_plays"."accepted_by", "quarantined_plays"."accepted_at", "quarantined_plays"."accepted_reason") in (0, 3));
--> statement-breakpoint
ALTER TABLE "play_hours" SET (fillfactor = 80);
--> statement-breakpoint
ALTER TABLE "play_days" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "player_epochs" SET (fillfactor = 50);
--> statement-breakpoint
INSERT INTO "play_days"
SELECT coalesce(p."booking_id", 0), (p."started_at" AT TIME ZONE e."time_zone")::date, p."endpoint_id", p."asset_id",
	count(*) FILTER (WHERE p."outcome" = 'completed'), count(*) FILTER (WHERE p."outcome" = 'cut'),
	count(*) FILTER (WHERE p."outcome" = 'failed'), coalesce(sum(p."duration_ms") FILTER (WHERE p."outcome" <> 'failed'), 0)
FROM "plays" p JOIN "endpoints" e ON e."id" = p."endpoint_id"
GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO "promise_mark" VALUES (1, '1970-01-01Z');
--> statement-breakpoint
CREATE FUNCTION "unsettle_promises"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	-- Whoever changes what was promised before the mark sends the sums back to their beginning.
	UPDATE "promise_mark" SET "settled_to" = '1970-01-01Z'
	WHERE "settled_to" > (SELECT min(CASE WHEN TG_OP = 'UPDATE' THEN "ends_at" ELSE "starts_at" END) FROM "touched");
	IF FOUND THEN
		DELETE FROM "promised_days";
	END IF;
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "programme_added" AFTER INSERT ON "programme" REFERENCING NEW TABLE AS "touched"
FOR EACH STATEMENT EXECUTE FUNCTION "unsettle_promises"();
--> statement-breakpoint
CREATE TRIGGER "programme_removed" AFTER DELETE ON "programme" REFERENCING OLD TABLE AS "touched"
FOR EACH STATEMENT EXECUTE FUNCTION "unsettle_promises"();
--> statement-breakpoint
CREATE TRIGGER "programme_cut" AFTER UPDATE ON "programme" REFERENCING NEW TABLE AS "touched"
FOR EACH STATEMENT EXECUTE FUNCTION "unsettle_promises"();
