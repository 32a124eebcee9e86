import { describe, expect, it } from 'vitest'
import { refuseWeakPassword } from '#domain/accounts/password-rules.ts'

const ada = { email: 'ada.byron@example.com', firstName: 'Augusta Ada', lastName: 'Lovelace' }

describe('a new password', () => {
  it.each([
    ['password', 'Password is too common'],
    ['PassWord', 'Password is too common'],
    ['12345678', 'Password is too common'],
    ['ｐａｓｓｗｏｒｄ', 'Password is too common'],
    ['iloveyou', 'Password is too common'],
    ['        ', 'Password must not be blank'],
    ['\u3000'.repeat(8), 'Password must not be blank'],
    ['Ada.Byron@example.com', 'Password must not be your email or name'],
    ['ada.byron', 'Password must not be your email or name'],
    ['LOVELACE', 'Password must not be your email or name'],
    ['Augusta Ada Lovelace', 'Password must not be your email or name'],
    ['augusta adalovelace', 'Password must not be your email or name'],
  ])('%j is refused: %s', (password, message) => {
    expect(() => refuseWeakPassword(password, ada)).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        code: 'account.weak_password',
        errors: [{ field: 'password', message }],
      }),
    )
  })

  it.each(['correct horse battery staple', 'Lovelace 1843!', 'пароль-для-записи', '12345678 is short'])(
    '%j is taken',
    (password) => {
      expect(() => refuseWeakPassword(password, ada)).not.toThrow()
    },
  )
})
