CREATE TABLE "evidence_files" (
	"sha256" text PRIMARY KEY NOT NULL,
	"file_name" text NOT NULL,
	"type" text NOT NULL,
	"bytes" integer NOT NULL,
	"added_by" text NOT NULL,
	"added_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "issued_reports" (
	"number" integer PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"campaign_id" integer,
	"issued_by" text NOT NULL,
	"issued_by_name" text NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"content" text NOT NULL,
	"sha256" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tallies" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tallies_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campaign_id" integer NOT NULL,
	"channel" text NOT NULL,
	"count" integer NOT NULL,
	"from_date" date NOT NULL,
	"to_date" date NOT NULL,
	"area_id" integer,
	"source" text NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"evidence_sha256" text,
	"import_key" text,
	"replaces_id" integer,
	"reason" text,
	"entered_by" text NOT NULL,
	"entered_at" timestamp with time zone NOT NULL,
	CONSTRAINT "tallies_importKey_unique" UNIQUE("import_key"),
	CONSTRAINT "tallies_replacesId_unique" UNIQUE("replaces_id"),
	CONSTRAINT "tally_in_order" CHECK ("tallies"."from_date" <= "tallies"."to_date"),
	CONSTRAINT "tally_not_negative" CHECK ("tallies"."count" >= 0),
	CONSTRAINT "tally_replaced_with_reason" CHECK (num_nulls("tallies"."replaces_id", "tallies"."reason") in (0, 2))
);
--> statement-breakpoint
ALTER TABLE "issued_reports" ADD CONSTRAINT "issued_reports_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tallies" ADD CONSTRAINT "tallies_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tallies" ADD CONSTRAINT "tallies_area_id_areas_id_fk" FOREIGN KEY ("area_id") REFERENCES "public"."areas"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tallies" ADD CONSTRAINT "tallies_evidence_sha256_evidence_files_sha256_fk" FOREIGN KEY ("evidence_sha256") REFERENCES "public"."evidence_files"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tallies" ADD CONSTRAINT "tallies_replaces_id_tallies_id_fk" FOREIGN KEY ("replaces_id") REFERENCES "public"."tallies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tallies_by_campaign" ON "tallies" USING btree ("campaign_id","to_date");--> statement-breakpoint
-- What was told stays told: tallies are corrected by new rows, issued reports never.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the table % is append only', TG_TABLE_NAME;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "tallies_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "tallies" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "issued_reports_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "issued_reports" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
