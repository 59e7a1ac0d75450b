import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router';
import type { Role } from './api/types';
import { useSession } from './stores/session';

declare module 'vue-router' {
  interface RouteMeta {
    title?: string;
    shell?: boolean; // inside the navigation of the office pages
    public?: boolean; // needs no account: join links and what they open
    roles?: Role[];
  }
}

const office: Role[] = ['secretary', 'approver', 'leader', 'observer'];

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'home', component: () => import('./views/HomePage.vue') },
    { path: '/login', name: 'login', component: () => import('./views/LoginPage.vue'), meta: { public: true, title: 'login.title' } },
    { path: '/meetings', name: 'meetings', component: () => import('./views/MeetingsPage.vue'), meta: { shell: true, title: 'nav.meetings', roles: office } },
    { path: '/meetings/new', name: 'new_meeting', component: () => import('./views/PlanPage.vue'), meta: { shell: true, title: 'plan.new', roles: ['secretary'] } },
    { path: '/meetings/:id/plan', name: 'plan', component: () => import('./views/PlanPage.vue'), meta: { shell: true, title: 'plan.title', roles: ['secretary'] } },
    { path: '/meetings/:id/notice', name: 'notice', component: () => import('./views/NoticePage.vue'), meta: { title: 'notice.title', roles: ['secretary', 'approver', 'leader', 'unit_head', 'liaison'] } },
    { path: '/meetings/:id/console', name: 'console', component: () => import('./views/ConsolePage.vue'), meta: { title: 'console.title', roles: ['secretary'] } },
    { path: '/meetings/:id/readiness', name: 'readiness', component: () => import('./views/ReadinessPage.vue'), meta: { title: 'ready.title', roles: ['secretary', 'approver'] } },
    { path: '/meetings/:id/chair', name: 'chair', component: () => import('./views/ChairPage.vue'), meta: { title: 'chair.title', roles: ['secretary', 'leader'] } },
    { path: '/meetings/:id/display', name: 'display', component: () => import('./views/DisplayPage.vue'), meta: { public: true, title: 'display.title' } },
    { path: '/meetings/:id/minutes', name: 'minutes', component: () => import('./views/MinutesPage.vue'), meta: { title: 'minutes.title', roles: ['secretary', 'approver', 'leader'] } },
    { path: '/meetings/:id/attendance', name: 'attendance', component: () => import('./views/AttendancePage.vue'), meta: { shell: true, title: 'sheet.title', roles: ['secretary', 'approver', 'leader'] } },
    { path: '/meetings/:id/attendance/print', name: 'attendance_print', component: () => import('./views/AttendancePrintPage.vue'), meta: { title: 'sheet.title', roles: ['secretary', 'approver', 'leader'] } },
    { path: '/meetings/:id/desk', name: 'desk', component: () => import('./views/DeskPage.vue'), meta: { public: true, title: 'desk.title' } },
    { path: '/s/:code', name: 'scan', component: () => import('./views/ScanPage.vue'), meta: { public: true, title: 'scan.title' } },
    { path: '/figures', name: 'figures', component: () => import('./views/FiguresPage.vue'), meta: { shell: true, title: 'figures.title', roles: ['secretary', 'approver', 'leader', 'unit_head', 'liaison'] } },
    { path: '/unit/meetings/:id/receipt', name: 'receipt', component: () => import('./views/ReceiptPage.vue'), meta: { title: 'receipt.title', roles: ['unit_head', 'liaison'] } },
    { path: '/join/:token', name: 'join', component: () => import('./views/VenuePage.vue'), meta: { public: true, title: 'venue.title' } },
    { path: '/tasks', name: 'tasks', component: () => import('./views/TasksPage.vue'), meta: { shell: true, title: 'nav.tasks', roles: ['secretary', 'approver', 'leader', 'unit_head', 'liaison'] } },
    { path: '/tasks/wall', name: 'task_wall', component: () => import('./views/WallPage.vue'), meta: { shell: true, title: 'wall.title', roles: ['secretary', 'approver', 'leader'] } },
    { path: '/tasks/figures', name: 'task_figures', component: () => import('./views/SupervisionPage.vue'), meta: { shell: true, title: 'sup.title', roles: ['secretary', 'approver', 'leader'] } },
    { path: '/p/:code', name: 'photo', component: () => import('./views/PhotoPage.vue'), meta: { public: true, title: 'photo.title' } },
    { path: '/tasks/:id', name: 'task', component: () => import('./views/TaskPage.vue'), meta: { shell: true, title: 'tasks.one', roles: ['secretary', 'approver', 'leader', 'unit_head', 'liaison'] } },
    { path: '/directory', name: 'directory', component: () => import('./views/DirectoryPage.vue'), meta: { shell: true, title: 'directory.title', roles: ['secretary', 'approver', 'leader'] } },
    { path: '/unit', name: 'unit', component: () => import('./views/UnitPage.vue'), meta: { title: 'unit.title', roles: ['unit_head', 'liaison'] } },
    { path: '/accounts', name: 'accounts', component: () => import('./views/AccountsPage.vue'), meta: { shell: true, title: 'nav.accounts', roles: ['administrator'] } },
    { path: '/audit', name: 'audit', component: () => import('./views/AuditPage.vue'), meta: { shell: true, title: 'nav.audit', roles: ['auditor'] } },
    { path: '/:rest(.*)*', name: 'unknown', component: () => import('./views/UnknownPage.vue'), meta: { public: true, title: 'common.unknown_page' } },
  ],
});

export function home_of(role: Role | undefined): string {
  if (role === 'administrator') return 'accounts';
  if (role === 'auditor') return 'audit';
  if (role === 'unit_head' || role === 'liaison') return 'unit';
  return 'meetings';
}

export async function guard(to: RouteLocationNormalized) {
  if (to.meta.public) return true;
  const session = useSession();
  await session.load();
  if (!session.me) return { name: 'login', query: to.path === '/' ? {} : { back: to.fullPath } };
  if (session.me.must_change_password) return { name: 'login' };
  if (to.name === 'home' || (to.meta.roles && !to.meta.roles.includes(session.me.role))) {
    return { name: home_of(session.me.role) };
  }
  return true;
}
router.beforeEach(guard);
