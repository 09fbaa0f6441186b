-- Months can be taken out into files; reports find what was promised lately without reading it all.
CREATE TABLE "archived_months" (
	"month" date PRIMARY KEY NOT NULL,
	"plays" bigint NOT NULL,
	"file_name" text NOT NULL,
	"sha256" text NOT NULL,
	"archived_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "programme_by_start" ON "programme" USING btree ("starts_at");
