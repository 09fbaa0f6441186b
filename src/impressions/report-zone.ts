/** Where a report without a place says "today" and the time of day: what it is at most endpoints. */
export const HOME_ZONE = 'Asia/Shanghai';
