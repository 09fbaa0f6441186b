-- Impressions follow the hour of the week: an audience model with versions, and sums of audience × airtime by day.
CREATE TABLE "audience_models" (
	"endpoint_id" integer NOT NULL,
	"version" integer NOT NULL,
	"people" integer[] NOT NULL,
	"dwell_seconds" integer NOT NULL,
	"notice_low" integer NOT NULL,
	"notice_best" integer NOT NULL,
	"notice_high" integer NOT NULL,
	"visit_tenths_per_week" integer NOT NULL,
	"place_class" text,
	"source" text NOT NULL,
	CONSTRAINT "audience_models_endpoint_id_version_pk" PRIMARY KEY("endpoint_id","version"),
	CONSTRAINT "audience_of_a_week" CHECK (cardinality("audience_models"."people") = 168),
	CONSTRAINT "notice_in_order" CHECK (0 <= "audience_models"."notice_low" and "audience_models"."notice_low" <= "audience_models"."notice_best" and "audience_models"."notice_best" <= "audience_models"."notice_high" and "audience_models"."notice_high" <= 1000)
);
--> statement-breakpoint
CREATE TABLE "audience_versions" (
	"number" integer PRIMARY KEY NOT NULL,
	"what" text NOT NULL,
	"source" text NOT NULL,
	"population" integer,
	"made_by" text NOT NULL,
	"made_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "exposure_days" (
	"booking_id" integer NOT NULL,
	"date" date NOT NULL,
	"endpoint_id" integer NOT NULL,
	"version" integer NOT NULL,
	"completed" integer NOT NULL,
	"cut" integer NOT NULL,
	"airtime_ms" bigint NOT NULL,
	"person_ms" double precision NOT NULL,
	CONSTRAINT "exposure_days_booking_id_date_endpoint_id_pk" PRIMARY KEY("booking_id","date","endpoint_id")
);
--> statement-breakpoint
ALTER TABLE "audience_models" ADD CONSTRAINT "audience_models_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."endpoints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audience_models" ADD CONSTRAINT "audience_models_version_audience_versions_number_fk" FOREIGN KEY ("version") REFERENCES "public"."audience_versions"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "exposure_days_by_date" ON "exposure_days" USING btree ("date");--> statement-breakpoint
CREATE TRIGGER "audience_versions_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audience_versions" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "audience_models_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audience_models" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
