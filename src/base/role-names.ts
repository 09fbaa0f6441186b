import type { Role } from './api-routes.ts';
import type { Sentence } from './sentence.ts';

/** The roles as people say them. */
export const ROLE_NAMES: Readonly<Record<Role, Sentence>> = {
  viewer: { en: 'viewer', zh: '查看者' },
  editor: { en: 'editor', zh: '编辑' },
  reviewer: { en: 'reviewer', zh: '审核员' },
  operator: { en: 'operator', zh: '应急值守' },
  administrator: { en: 'administrator', zh: '管理员' },
};
