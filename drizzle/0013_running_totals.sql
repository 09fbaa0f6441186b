-- Totals of all settled sums, kept beside them by triggers: exact whoever writes, an older server included.
CREATE TABLE "settled_total" (
	"id" integer PRIMARY KEY NOT NULL,
	"completed" bigint NOT NULL,
	CONSTRAINT "settled_total_once" CHECK ("settled_total"."id" = 1)
);
--> statement-breakpoint
ALTER TABLE "promise_mark" ADD COLUMN "promised" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
INSERT INTO "settled_total" SELECT 1, coalesce(sum("completed"), 0) FROM "settled_play_days";
--> statement-breakpoint
UPDATE "promise_mark" SET "promised" = (SELECT coalesce(sum("promised"), 0) FROM "promised_days");
--> statement-breakpoint
CREATE FUNCTION "keep_settled_total"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	change bigint;
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		UPDATE "settled_total" SET "completed" = 0;
		RETURN NULL;
	ELSIF TG_OP = 'INSERT' THEN
		SELECT sum("completed") INTO change FROM "added";
	ELSIF TG_OP = 'DELETE' THEN
		SELECT -sum("completed") INTO change FROM "removed";
	ELSE
		SELECT (SELECT sum("completed") FROM "added") - (SELECT sum("completed") FROM "removed") INTO change;
	END IF;
	IF change <> 0 THEN
		UPDATE "settled_total" SET "completed" = "completed" + change;
	END IF;
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "settled_play_days_inserted" AFTER INSERT ON "settled_play_days" REFERENCING NEW TABLE AS "added"
FOR EACH STATEMENT EXECUTE FUNCTION "keep_settled_total"();
--> statement-breakpoint
CREATE TRIGGER "settled_play_days_updated" AFTER UPDATE ON "settled_play_days" REFERENCING OLD TABLE AS "removed" NEW TABLE AS "added"
FOR EACH STATEMENT EXECUTE FUNCTION "keep_settled_total"();
--> statement-breakpoint
CREATE TRIGGER "settled_play_days_deleted" AFTER DELETE ON "settled_play_days" REFERENCING OLD TABLE AS "removed"
FOR EACH STATEMENT EXECUTE FUNCTION "keep_settled_total"();
--> statement-breakpoint
CREATE TRIGGER "settled_play_days_truncated" AFTER TRUNCATE ON "settled_play_days"
FOR EACH STATEMENT EXECUTE FUNCTION "keep_settled_total"();
--> statement-breakpoint
CREATE FUNCTION "keep_promised_total"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	change bigint;
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		UPDATE "promise_mark" SET "promised" = 0;
		RETURN NULL;
	ELSIF TG_OP = 'INSERT' THEN
		SELECT sum("promised") INTO change FROM "added";
	ELSIF TG_OP = 'DELETE' THEN
		SELECT -sum("promised") INTO change FROM "removed";
	ELSE
		SELECT (SELECT sum("promised") FROM "added") - (SELECT sum("promised") FROM "removed") INTO change;
	END IF;
	IF change <> 0 THEN
		UPDATE "promise_mark" SET "promised" = "promised" + change;
	END IF;
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "promised_days_inserted" AFTER INSERT ON "promised_days" REFERENCING NEW TABLE AS "added"
FOR EACH STATEMENT EXECUTE FUNCTION "keep_promised_total"();
--> statement-breakpoint
CREATE TRIGGER "promised_days_updated" AFTER UPDATE ON "promised_days" REFERENCING OLD TABLE AS "removed" NEW TABLE AS "added"
FOR EACH STATEMENT EXECUTE FUNCTION "keep_promised_total"();
--> statement-breakpoint
CREATE TRIGGER "promised_days_deleted" AFTER DELETE ON "promised_days" REFERENCING OLD TABLE AS "removed"
FOR EACH STATEMENT EXECUTE FUNCTION "keep_promised_total"();
--> statement-breakpoint
CREATE TRIGGER "promised_days_truncated" AFTER TRUNCATE ON "promised_days"
FOR EACH STATEMENT EXECUTE FUNCTION "keep_promised_total"();
