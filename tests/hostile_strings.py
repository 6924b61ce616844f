"""Strings that attack: written for these tests, one or more for each published family.

Families after PayloadsAllTheThings and SecLists (both MIT): open redirect, SSRF bypass, XSS, SQL
injection; marks of our own (`ZQX...`) tell what ran from what was only repeated.
"""
# ruff: noqa: E501

MARK = "ZQX7"
REDIRECTS = (
    "//evil.test", "///evil.test", "////evil.test", "https://evil.test", "https:evil.test",
    "http:/evil.test", "/\\evil.test", "\\/evil.test", "\\\\evil.test", "/%09/evil.test",
    "/\t/evil.test", "/\n/evil.test", "/\r\n/evil.test", "\t//evil.test", " //evil.test",
    "//evil.test/%2f..", "//evil%E3%80%82test", "/.evil.test", "/..//evil.test", "//\u2028evil.test",
    "https://keepwell.test@evil.test", "https://evil.test#keepwell.test", "//evil.test?keepwell.test",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x",
    "/%0d%0aLocation:%20https://evil.test", "/\u0000/evil.test", "/\uff0f\uff0fevil.test",
    "%2f%2fevil.test", "/%5cevil.test", "//evil.test:80", "//[::1]", "x://evil.test", "?//evil.test",
)  # fmt: skip
# Each leads to this machine, its network or a cloud's metadata, or is no address of a channel.
INSIDE = (
    "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/",
    "https://0x7f000001/", "https://0x7f.0x0.0x0.0x1/", "https://017700000001/",
    "https://0177.0.0.1/", "https://0/", "https://0.0.0.0/", "https://localhost/",
    "https://LOCALHOST/", "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:127.0.0.1]/", "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::7f00:1]/", "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/", "https://[fe80::1%25lo]/", "https://[fec0::1]/",
    "https://[fd00:ec2::254]/", "https://[fc00::1]/", "https://[3fff::1]/", "https://10.0.0.1/",
    "https://10.1/", "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.0.1/",
    "https://192.168.257/", "https://100.64.0.1/", "https://100.100.100.200/", "https://198.18.0.1/",
    "https://169.254.169.254/latest/meta-data/", "https://2852039166/", "https://0xa9fea9fe/",
    "https://0xa9.0xfe.0xa9.0xfe/", "https://0251.0376.0251.0376/", "https://[::ffff:a9fe:a9fe]/",
    "https://192.0.0.192/", "https://168.63.129.16/", "https://192.88.99.1/", "https://224.0.0.1/",
    "https://255.255.255.255/", "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/",
    "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1:25/",
    "dict://127.0.0.1:11211/", "https://user@127.0.0.1/", "https://example.com@127.0.0.1/",
    "https://127.0.0.1#@example.com/", "https://127.0.0.1\\@example.com/",
    "https://exa mple.com/", "https://example.com\r\nHost: inside/", "https:///x", "https://",
    "//127.0.0.1/", "https://127.0.0.1:99999/", "https://[::1", "jar:https://127.0.0.1!/",
)  # fmt: skip
SCRIPTS = (
    f"<script>{MARK}()</script>", f"\"><script>{MARK}()</script>", f"'><img src=x onerror={MARK}()>",
    f"<svg/onload={MARK}()>", f"</title><svg onload={MARK}()>", f"</textarea><b onclick={MARK}()>",
    f"\" autofocus onfocus={MARK}() x=\"", f"' onmouseover='{MARK}()", f"javascript:{MARK}()",
    f"<iframe srcdoc='<script>{MARK}()</script>'>", f"<a href=javascript:{MARK}()>x</a>",
    f"<math><mi//xlink:href=\"data:x,<script>{MARK}()</script>\">", f"<scr<script>ipt>{MARK}()</script>",
    f"<IMG \"\"\"><SCRIPT>{MARK}()</SCRIPT>\">", f"<body onload={MARK}()>", f"<style>@import'{MARK}'</style>",
    "{{7*7}}", "${7*7}", "{% print(7*7) %}", "{{config}}", "#{7*7}", "<%= 7*7 %>",
    f"\u2028<script>{MARK}()</script>", f"%3Cscript%3E{MARK}()%3C/script%3E", f"＜script＞{MARK}()＜/script＞",
    f"<template><script>{MARK}()</script></template>", f"<!--><script>{MARK}()</script>",
    "&lt;script&gt;", "\u0000<script>", "\ud7ff\ue000", "]]>", "-->", "*/",
)  # fmt: skip
QUERIES = (
    "'", "\"", "''", "`", "\\", "';--", "' OR '1'='1", "' OR 1=1--", "\" OR \"\"=\"", "') OR ('1'='1",
    "1 OR 1=1", "1; DROP TABLE people", "'; DROP TABLE people;--", "'/**/OR/**/1=1#", "' UNION SELECT 1,2,3--",
    "' UNION SELECT password_hash FROM people--", "1 AND (SELECT COUNT(*) FROM people) > 0", "' AND SLEEP(5)--",
    "'; SELECT pg_sleep(5);--", "' || (SELECT sqlite_version()) || '", "1e309", "0x31", "-1", "NaN",
    "99999999999999999999", "%", "%%", "_", "\\%", "%27", "%00", "\u0000'", "ʼ OR 1=1--", "＇ OR 1=1--",
    "1' ORDER BY 99--", "1'; ATTACH DATABASE 'x' AS y;--", "load_extension('x')", "$$;SELECT 1;$$", "${jndi:ldap://x}",
    "../../../etc/passwd", "..\\..\\x", "|id", "$(id)", "`id`", "=1+1", "@SUM(A1)", "\r\nSet-Cookie: a=b",
)  # fmt: skip
EVERYTHING = (*REDIRECTS, *SCRIPTS, *QUERIES)
