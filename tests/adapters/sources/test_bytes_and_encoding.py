"""Faults of bytes and encoding: what each gives, row by row."""

from pathlib import Path

import pytest

from adapters.sources.outcomes import read_bytes

CHINESE = "客户编号,客户名称,所属行业\nA001,北京科技有限公司,软件\nA002,上海贸易集团,零售\n"
TRADITIONAL = "客戶編號,客戶名稱,所屬行業\nA001,台北科技股份有限公司,軟體\nA002,高雄貿易,零售\n"
JAPANESE = "顧客番号,会社名,業種\nA001,株式会社トヨタ,製造\nA002,ソフトバンク株式会社,サービス\n"
KOREAN = "고객번호,회사이름,업종\nA001,삼성전자주식회사,제조\nA002,현대자동차,서비스\n"
FRENCH = "id,name,city\n1,Société Générale,Orléans\n2,Crédit Agricole,Besançon\n"
RUSSIAN = "id,name\n1,Газпром нефть\n2,Северсталь\n"
POLISH = "id,name,city\n1,Spółka Główna,Łódź\n2,Mróz i Żak,Gdańsk\n"


@pytest.mark.parametrize(
    ("text", "encoding", "finding"),
    [
        (CHINESE, "utf-8", None),
        (RUSSIAN, "utf-8", None),
        (CHINESE, "utf-8-sig", "bom_removed"),
        (CHINESE, "gbk", "encoding_converted"),
        (CHINESE, "utf-16", "encoding_converted"),
        (CHINESE, "utf-16-le", "encoding_converted"),
        (CHINESE, "utf-16-be", "encoding_converted"),
        (FRENCH, "utf-16-le", "encoding_converted"),
        (FRENCH, "utf-16-be", "encoding_converted"),
        (CHINESE.replace("软件", "𠮷野家㐂"), "gb18030", "encoding_converted"),
        ("id,name\n1,𠮷𠮷\n2,x\n", "gb18030", "encoding_converted"),
        (TRADITIONAL, "big5", "encoding_converted"),
        (JAPANESE, "cp932", "encoding_converted"),
        (JAPANESE, "euc_jp", "encoding_converted"),
        (KOREAN, "cp949", "encoding_converted"),
        ("id,name\n1,李娜\n2,赵磊\n3,刘洋\n", "gbk", "encoding_converted"),
        ("id,name\n1,陳大文\n2,張小明\n", "big5", "encoding_converted"),
        ("id,name\n1,김철수\n2,박영희\n", "euc_kr", "encoding_converted"),
        ("id,name\n1,山田太郎\n2,鈴木一郎\n", "cp932", "encoding_converted"),
        (FRENCH, "cp1252", "encoding_assumed"),
        (FRENCH, "latin-1", "encoding_assumed"),
        ("id,note\n1,5 €\n2,‘so’ – “quite”\n", "cp1252", "encoding_assumed"),
    ],
)
def test_known_encoding_is_read_as_written(
    tmp_path: Path, text: str, encoding: str, finding: str | None
) -> None:
    got = read_bytes(tmp_path, text.encode(encoding))
    assert got.table() == [line.split(",") for line in text.splitlines()]
    assert got.findings == ((finding,) if finding else ())
    assert got.set_aside == ()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (POLISH, "cp1250"),
        ("id,name\n1,龘靐\n2,靐龘\n3,龘龘\n", "gbk"),
        ("id,name\n1,Türkiye İş\n2,Şişe\n3,Ağ\n", "cp1254"),
    ],
)
def test_encoding_that_is_not_clear_is_rejected_until_it_is_declared(
    tmp_path: Path, text: str, encoding: str
) -> None:
    got = read_bytes(tmp_path, text.encode(encoding))
    assert got.rejected == "ambiguous_encoding"
    assert "encoding:" in got.cure
    declared = read_bytes(tmp_path, text.encode(encoding), encoding=encoding)
    assert declared.table() == [line.split(",") for line in text.splitlines()]
    assert declared.findings == ()


def test_unknown_declared_encoding_is_rejected(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, b"a,b\n1,2\n", encoding="utf-99").rejected == "encoding_invalid"


@pytest.mark.parametrize(
    ("bad_line", "reason"),
    [
        (b"2,\xff\xfe broken\n", "invalid_bytes"),
        ("2,客".encode()[:-1] + b"\n", "invalid_bytes"),
        (b"2,a\0b\n", "nul_byte"),
    ],
)
@pytest.mark.parametrize("other", ["plain", "北京"])
def test_row_with_bad_bytes_is_set_aside_and_the_others_are_kept(
    tmp_path: Path, bad_line: bytes, reason: str, other: str
) -> None:
    data = f"id,name\n1,{other}\n".encode() + bad_line + f"3,{other}\n".encode()
    got = read_bytes(tmp_path, data)
    assert got.rows == (("1", other), ("3", other))
    assert got.lines == (2, 4)
    assert got.set_aside == ((3, reason),)


def test_multibyte_character_cut_off_at_the_end_sets_the_last_row_aside(tmp_path: Path) -> None:
    got = read_bytes(tmp_path, "id,name\n1,北京\n2,上海".encode()[:-1])
    assert got.rows == (("1", "北京"),)
    assert got.set_aside == ((3, "invalid_bytes"),)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le"])
def test_bad_bytes_in_a_converted_file_set_their_row_aside(tmp_path: Path, encoding: str) -> None:
    lines = CHINESE.encode(encoding)
    whole = lines + "A003,广州".encode(encoding)[:-1]
    got = read_bytes(tmp_path, whole, encoding=encoding)
    assert len(got.rows) == 2
    assert got.set_aside == ((4, "invalid_bytes"),)


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 50, b"\x00\x01\x02\x03" * 500, b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n"]
)
def test_binary_file_is_rejected(tmp_path: Path, data: bytes) -> None:
    assert read_bytes(tmp_path, data).rejected == "binary_file"


def test_first_invalid_byte_after_a_long_ascii_start_is_seen(tmp_path: Path) -> None:
    start = b"id,name\n" + b"".join(b"%d,plain\n" % i for i in range(150_000))
    got = read_bytes(tmp_path, start + "150000,北京公司".encode("gbk") + b"\n")
    assert got.findings == ("encoding_converted",)
    assert got.rows[-1] == ("150000", "北京公司")
    assert got.lines[-1] == 150_002
