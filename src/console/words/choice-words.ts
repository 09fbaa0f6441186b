import { bilingual } from './bilingual.ts';

/** Choosing endpoints on the plan and by group. */
export const choiceWords = bilingual({
  zh: {
    map: '在平面图上选择',
    mapLead:
      '点击终端或街道即选中，再点取消；选“方框”或“圈选”后按住拖动可框选，“移动”时拖动平面图。滚轮或双指缩放，双指移动；单指在“移动”时滚动页面。用键盘时，Tab 到街道后按回车，方向键移动，+、− 缩放，0 显示全部；单个终端在下方列表中选。',
    meant: (n: string) => `已选 ${n} 个`,
    fixed: '现在是固定的终端清单，以后新增的终端不会自动加入。',
    unplaced: (n: string) => `${n} 个终端没有坐标，请在列表中选择。`,
    tool: '拖动方式',
    tools: { look: '移动', box: '方框', lasso: '圈选' },
    mode: '拖动选中的终端',
    modes: { add: '加入', away: '去掉' },
    group: '分组',
    chooseGroup: '套用分组的条件',
    groupOption: (name: string, n: string) => `${name}（${n} 个）`,
    groupCopied: (name: string) =>
      `已复制分组“${name}”的条件：以后符合这些条件的终端自动加入，不再符合的自动退出；若修改分组本身的条件，这里不随之改变。`,
    noGroups: '还没有分组',
  },
  en: {
    map: 'Choose on the plan',
    mapLead:
      'Click an endpoint or an area to choose it, again to leave it out. With Box or Lasso, drag to draw around several; with Move, dragging moves the plan. The wheel and two fingers zoom, two fingers move; with Move one finger scrolls the page. By keyboard: Tab to an area and press Enter; arrow keys move, + and − zoom, 0 shows all; single endpoints are in the list below.',
    meant: (n: string) => `${n} chosen`,
    fixed: 'This is a fixed list now: endpoints added later do not join it.',
    unplaced: (n: string) => `Without coordinates: ${n}; choose from the list.`,
    tool: 'What dragging draws',
    tools: { look: 'Move', box: 'Box', lasso: 'Lasso' },
    mode: 'Endpoints that are drawn around',
    modes: { add: 'Add', away: 'Take away' },
    group: 'Group',
    chooseGroup: 'Take the conditions of a group',
    groupOption: (name: string, n: string) => `${name} (${n})`,
    groupCopied: (name: string) =>
      `These are the conditions of the group ${name}, copied: endpoints that come to fit them join by themselves, and those that no longer do leave. When the group itself is given other conditions, these stay.`,
    noGroups: 'There are no groups yet',
  },
});
