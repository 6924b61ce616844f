"""The words of finding and erasing a person, in both languages."""

from keepwell.vocabulary import Bilingual, Lang

WORDS = {
    "nowhere": Bilingual("没有找到此人。", "This person is named nowhere."),
    "found": Bilingual("在以下位置提到此人：", "This person is named here:"),
    "erased": Bilingual("已从以下位置删除此人：", "This person was erased from here:"),
    "places": Bilingual(
        "联系人 {0} 行；状态：{1}；隔离区 {2} 行；已写出的消息文件 {3} 个",
        "contacts: {0} rows; state: {1}; quarantine: {2} rows; messages in files: {3}",
    ),
    "outside": Bilingual(
        "以下文件由您自己管理，请自行处理，否则下次导入会再次带入：{0}",
        "These files are yours to change, or the next import brings the person back: {0}",
    ),
}


def word(key: str, lang: Lang, *values: object) -> str:
    """Return a sentence in `lang`."""
    return WORDS[key].text(lang).format(*values)
