import { bilingual } from './bilingual.ts';
import { counted } from './counted.ts';

/** The part of the fleet that an account or a key is for. */
export const remitWords = bilingual({
  zh: {
    remit: '管辖范围',
    of: (name: string) => `${name} 的管辖范围`,
    lead: '只能查看和操作范围内的终端；两项都选时须同时符合。都不选则管辖全部终端。素材、播放列表和应急插播的查看不受限制。',
    areas: '街道/乡镇',
    owners: '业主',
    any: '不限',
    all: '全部终端',
    nAreas: (n: string) => `${n} 个街道`,
    nOwners: (n: string) => `${n} 个业主`,
    covers: (n: string) => `现有 ${n} 个终端在此范围内`,
    save: '保存',
    mine: (what: string) => `管辖范围：${what}`,
  },
  en: {
    remit: 'Remit',
    of: (name: string) => `Remit of ${name}`,
    lead: 'Only these endpoints are seen and acted on; with both chosen, an endpoint must fit both. With none chosen: all endpoints. Material, playlists and the sight of emergencies are for everybody.',
    areas: 'Areas',
    owners: 'Owners',
    any: 'any',
    all: 'all endpoints',
    nAreas: (n: string) => counted(n, 'area'),
    nOwners: (n: string) => counted(n, 'owner'),
    covers: (n: string) => `It covers ${counted(n, 'endpoint')} today`,
    save: 'Save',
    mine: (what: string) => `Remit: ${what}`,
  },
});
