// Who is signed in. Venue pages do not use it: they carry a bearer token of their own.
import { defineStore } from 'pinia';
import { ApiError, command, get } from '../api/client';
import type { Me, Role } from '../api/types';
import { set_utc_offset } from '../lib/office_date';

// Every page learns the office's time zone from the answer that says who it is.
export function known(me: Me): Me {
  set_utc_offset(me.utc_offset_minutes);
  return me;
}

export const useSession = defineStore('session', {
  state: () => ({ me: undefined as Me | undefined, asked: false }),
  getters: {
    role: (state): Role | undefined => state.me?.role,
    is_secretary: (state) => state.me?.role === 'secretary',
    is_unit: (state) => state.me?.role === 'liaison' || state.me?.role === 'unit_head',
  },
  actions: {
    async load(): Promise<void> {
      if (this.me || this.asked) return;
      try {
        this.me = known(await get<Me>('/session'));
        this.asked = true;
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        this.asked = true;
      }
    },
    async sign_in(account: string, password: string): Promise<Me> {
      this.me = known(await command<Me>('POST', '/session', { account, password }, { retry: false }));
      return this.me;
    },
    async change_password(old_password: string, new_password: string): Promise<void> {
      await command('PUT', '/session/password', { old_password, new_password }, { retry: false });
      if (this.me) this.me = { ...this.me, must_change_password: false };
    },
    async sign_out(): Promise<void> {
      await command('DELETE', '/session');
      this.me = undefined;
    },
  },
});
