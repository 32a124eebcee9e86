// What is wrong with an input, in short sentences: "Email is required", "Minimum 8 characters".
import type { z } from '@hono/zod-openapi'
import type { FieldError } from '#domain/errors.ts'

type Issue = z.core.$ZodIssue

/** Beyond so many faults in one request, no more are listed. */
const mostErrors = 50

/** One entry per fault, in the order of the input, as far as there is any use in telling. */
export function fieldErrorsOf(issues: readonly Issue[]): FieldError[] {
  return allErrorsOf(issues).slice(0, mostErrors)
}

/** Whether the fault is that a field is there which is not known, or not there which must be. */
export function isOfAnotherSet(issue: Issue): boolean {
  return issue.code === 'unrecognized_keys' || isMissing(issue)
}

function allErrorsOf(issues: readonly Issue[]): FieldError[] {
  return issues.flatMap((issue): FieldError[] => {
    const path = issue.path.map(String)
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.slice(0, mostErrors).map((key) => ({
        field: [...path, key].join('.'),
        message: unknownField(key),
      }))
    }
    return [
      {
        field: path.join('.'),
        message: messageOf(issue, labelOf(path.findLast((part) => !/^\d+$/.test(part)) ?? 'body')),
        ...(isMissing(issue) && { isMissing: true }),
      },
    ]
  })
}

function isMissing(issue: Issue): boolean {
  return issue.code === 'invalid_type' && /received undefined|received null/.test(issue.message)
}

function messageOf(issue: Issue, label: string): string {
  switch (issue.code) {
    case 'invalid_type':
      return isMissing(issue) ? `${label} is required` : `${label} must be ${kindOf(issue.expected)}`
    case 'too_small':
      if (issue.origin === 'string')
        return issue.minimum === 1 ? `${label} is required` : `Minimum ${issue.minimum} characters`
      if (issue.origin === 'array') return `Minimum ${issue.minimum} entries`
      return issue.inclusive ? `Minimum ${issue.minimum}` : `More than ${issue.minimum}`
    case 'too_big':
      if (issue.origin === 'string') return `Maximum ${issue.maximum} characters`
      if (issue.origin === 'array') return `Maximum ${issue.maximum} entries`
      return `Maximum ${issue.maximum}`
    case 'invalid_value':
      return `${label} must be one of ${issue.values.map(String).join(', ')}`
    case 'invalid_format':
      return issue.format === 'email' ? 'Email is not valid' : wordsOf(issue, label)
    case 'custom':
    case 'invalid_union':
      return wordsOf(issue, label)
    default:
      return `${label} is not valid`
  }
}

/** A schema may bring its own sentence, or its end ("must be …"); zod's own ones start with "Invalid". */
function wordsOf({ message }: Issue, label: string): string {
  if (message.startsWith('Invalid')) return `${label} is not valid`
  return message.startsWith('must ') ? `${label} ${message}` : message
}

function kindOf(expected: string): string {
  if (expected === 'int') return 'an integer'
  return /^[aeio]/.test(expected) ? `an ${expected}` : `a ${expected}`
}

/** A field whose spelling no field here has is named as it came, with its spelling in this dialect. */
function unknownField(key: string): string {
  if (/^[a-z][a-zA-Z0-9]*$/.test(key)) return `${labelOf(key)} is not a known field`
  const ours = key
    .replaceAll(/[^a-zA-Z0-9]+(.)?/g, (_, next: string = '') => next.toUpperCase())
    .replace(/^[A-Z]+/, (head) => head.toLowerCase())
  const hint = ours === '' || ours === key ? '' : `, did you mean ${ours}?`
  return `${key} is not a known field${hint}`
}

/** firstName → First name */
function labelOf(field: string): string {
  const words = field
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
