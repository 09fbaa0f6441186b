-- Of several servers one does each job that is due; the turn ends by itself when that server dies.
CREATE TABLE "job_turns" (
	"name" text PRIMARY KEY NOT NULL,
	"done_for" timestamp with time zone NOT NULL,
	"claimed_by" text,
	"claimed_until" timestamp with time zone
);
