/** The days of the week, Monday first. */
export const WEEKDAY_NAMES: Readonly<Record<'zh' | 'en', readonly string[]>> = {
  zh: ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
};
