import { customType, integer, timestamp } from 'drizzle-orm/pg-core';

/*
 * The tables of each room stand in a file of its name, `…-tables.ts`, in the order in which data flows: staff →
 * endpoints and players → assets → campaigns and bookings → programme → plays → outreach → reports. Column names
 * are the snake_case of the property names.
 */

/** A number that the database gives. */
export const id = () => integer().primaryKey().generatedAlwaysAsIdentity();

/** A point in time, stored as such; zones belong to endpoints. */
export const instant = () => timestamp({ withTimezone: true });

/** A set of whole numbers as ranges, in PostgreSQL's text form. */
export const int8multirange = customType<{ data: string }>({ dataType: () => 'int8multirange' });
