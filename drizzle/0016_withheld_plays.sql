-- What bookings asked of hours and no loop could promise, so that reports can tell it when the hours are over.
CREATE TABLE "withheld_plays" (
	"endpoint_id" integer NOT NULL,
	"hour_starts_at" timestamp with time zone NOT NULL,
	"plays" jsonb NOT NULL,
	CONSTRAINT "withheld_plays_endpoint_id_hour_starts_at_pk" PRIMARY KEY("endpoint_id","hour_starts_at")
);
--> statement-breakpoint
ALTER TABLE "withheld_plays" ADD CONSTRAINT "withheld_plays_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."endpoints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "withheld_by_hour" ON "withheld_plays" USING btree ("hour_starts_at");