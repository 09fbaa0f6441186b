-- Alerts of weather and civil-protection systems reach the screens, by rules that staff keep.
CREATE TABLE "alert_areas" (
	"value_name" text NOT NULL,
	"value" text NOT NULL,
	"area_id" integer NOT NULL,
	CONSTRAINT "alert_areas_value_name_value_area_id_pk" PRIMARY KEY("value_name","value","area_id")
);
--> statement-breakpoint
CREATE TABLE "alert_settings" (
	"id" integer PRIMARY KEY NOT NULL,
	"settings" jsonb NOT NULL,
	CONSTRAINT "alert_settings_once" CHECK ("alert_settings"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alerts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"sender" text NOT NULL,
	"identifier" text NOT NULL,
	"sent_at" timestamp with time zone NOT NULL,
	"status" text NOT NULL,
	"msg_type" text NOT NULL,
	"scope" text NOT NULL,
	"reference_keys" text[] NOT NULL,
	"headline" text NOT NULL,
	"xml" text NOT NULL,
	"signature" text NOT NULL,
	"source" text NOT NULL,
	"received_by" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"verdict" text,
	"reasons" text[] DEFAULT '{}' NOT NULL,
	"override_ids" integer[] DEFAULT '{}' NOT NULL,
	CONSTRAINT "alert_once" UNIQUE("sender","identifier","sent_at")
);
--> statement-breakpoint
ALTER TABLE "overrides" ADD COLUMN "cause_key" text;--> statement-breakpoint
ALTER TABLE "alert_areas" ADD CONSTRAINT "alert_areas_area_id_areas_id_fk" FOREIGN KEY ("area_id") REFERENCES "public"."areas"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alerts_by_reference" ON "alerts" USING gin ("reference_keys");--> statement-breakpoint
ALTER TABLE "overrides" ADD CONSTRAINT "overrides_causeKey_unique" UNIQUE("cause_key");