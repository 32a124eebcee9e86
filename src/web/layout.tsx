// What every page has around what it says.
import type { Child } from 'hono/jsx'
import type { Reader } from './reader.ts'
import { styleHref } from './style.ts'

export interface LayoutProps {
  reader: Reader
  title: string
  /** Whose page it is: above all else. */
  brand: string
  children: Child
}

export function Layout({ reader, title, brand, children }: LayoutProps) {
  return (
    <html lang={reader.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <title>{title}</title>
        <link rel="stylesheet" href={styleHref} />
      </head>
      <body>
        <header>
          <p class="brand">{brand}</p>
        </header>
        <main>{children}</main>
      </body>
    </html>
  )
}
