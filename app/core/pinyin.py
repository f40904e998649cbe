"""Chinese spelled in Latin letters, as far as headers of tables need it.

GB 2312 orders its 3,755 common characters by pinyin, which gives the first letter of each without a
table. Whole syllables are listed for the characters that stand in names of our columns.
"""

from __future__ import annotations

from functools import cache

# The first character (its two bytes in GB 2312) of each letter.
_FIRST = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"),
    (0xB8C1, "g"), (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"),
    (0xC4C3, "n"), (0xC5B6, "o"), (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"),
    (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"), (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
_LAST = 0xD7F9

_SYLLABLES = """
an安按案 ban班版 bao包保报 bei倍备 ben本 bi比必 bian编 biao标表 bie别 bing并 bu不步部 cai材采
can参 cang仓 cao操 ce册策 cha差 chai拆 chan产 chang长厂 chao超 che车 cheng称城成程承 chi池尺
chu出储处 chuang床 ci次 cong从 cun存寸 da达答大打 dai代待 dan单 dang当档 dao刀导到道 deng等
di低底地 dian点电 diao调 ding定订 dong动 du堵度 duan短段断 dui对 dun吨 e额 fa发法 fan返范
fang方房放 fei废费 fen分 feng封峰 fou否 fu辅副复付父负附 gan干 gang岗纲 ge格隔 gen跟 gong工供公
gou构购 gu谷固 guan关管 gui规归 han含 hao耗号 he合 hong烘 hou后 hu护户 hua花划 huan换 hui恢回汇
huo获或货 ji基机及急即级几技计记 jia夹加假稼价架 jian间检简键件 jiao交角 jie接截节结 jin金紧进禁近
jing静净 ju矩据具 ka卡 kai开 ke可克客 ku库 kuan款 lai来 lei累类 leng冷 li离理历例力 lian练
liang良量 liao料 lie列 ling零领令 liu留流 lu炉录路 lun轮 lv率 ma码 mai唛 mei每 men门 miao描秒
ming明名命 mo模默 mu母目 nei内 neng能 nuo诺 pai拍排牌 pan盘判 pei配 pi批 pin频品 ping评平
qi期齐起启器 qian签前欠 qiang腔 qing清轻 qiu求 qu区取 quan全 que缺却确 ren人任认 ri日 rong容 ru入
se色 shang商上 she设 shen审 sheng生省剩 shi失时实使始式是适市 shou收首寿售 shu殊输书熟属术述束数
shui税水 shun顺 shuo说 si司 su塑 suan算 sun损 suo锁所 tai台态 tao套 te特 ti提替 tian天填 tiao条
ting停 tong通同 tou投头 tu图途 wai外 wan完 wang往 wei围为维委未位微 wen文纹 wu物务 xi息系细 xia下
xian先现陷限线 xiang箱项象 xiao销消小效 xie协卸 xin新心信 xing星型行性姓 xiu休修 xu需序 xuan选
xue穴 yan颜验严 yang养样 yao要 ye业 yi一移已艺溢 yin因印 ying英应 yong用 you优有 yu余域预
yuan元原员源 yue月 yun允运 zai载在 zao早燥 ze责则 zhai摘 zhan占 zhang账 zhen阵 zheng整正证政
zhi支职直指止纸至置制质只致值 zhong中钟种重 zhou周 zhu主助注 zhuan专转 zhuang装状 zhun准
zi资子自字 zong总 zu族组 zui最 zuo作
"""


def initials(text: str) -> str:
    """The first letter of each Chinese character, other signs as they are.

    >>> initials("物料编码")
    'wlbm'
    """
    return "".join(_initial(sign) for sign in text)


def spelled(text: str) -> str:
    """Whole syllables without tones where they are known, else the first letter.

    >>> spelled("物料编码")
    'wuliaobianma'
    """
    known = _known()
    return "".join(known.get(sign) or _initial(sign) for sign in text)


def known(sign: str) -> bool:
    """Whether the whole syllable of a character is listed."""
    return sign in _known()


def _initial(sign: str) -> str:
    listed = _known().get(sign)
    if listed:
        return listed[0]
    try:
        code = int.from_bytes(sign.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return sign
    if not _FIRST[0][0] <= code <= _LAST:
        return sign
    return next(letter for first, letter in reversed(_FIRST) if first <= code)


@cache
def _known() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in _SYLLABLES.split():
        syllable = group.rstrip("".join(c for c in group if not c.isascii()))
        found.update(dict.fromkeys(group[len(syllable) :], syllable))
    return found
