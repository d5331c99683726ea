"""Characters that stand for others: styled letters, look-alikes of Latin letters, traditional Chinese ones."""

from __future__ import annotations

_SMALL_CAPITALS = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡxʏᴢ"
_BLOCKS_OF_CAPITALS = (0x1F150, 0x1F170)
"""White on a disc, white on a square: not decomposed by Unicode."""
_APOSTROPHES = "\u2018\u2019\u201b\u02bc\u02b9\u2032\u0060\u00b4"

PLAIN = str.maketrans(
    {small: chr(ord("a") + place) for place, small in enumerate(_SMALL_CAPITALS)}
    | {chr(first + place): chr(ord("a") + place) for first in _BLOCKS_OF_CAPITALS for place in range(26)}
    | {"ı": "i", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
    | dict.fromkeys(_APOSTROPHES, "'")
)

LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухкмтһԁԛԝӏѵгп" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχ" + "ՏՕոօսԼհ",
    "ABESIJKMHOPCTYXaesijopcyxkmthdqwlvrn" + "ABEZHIKMNOPTYXaeiknoptux" + "SOnouLh",
)

_PAIRS = (
    "別别隱隐檢检輩辈號号裝装換换憑凭訂订閱阅絕绝復复覆复複复發发訊讯簡简擾扰騷骚煩烦電电話话號号碼码們们說说請请謝谢麻麻刪删除除單单嗎吗麼么為为"
    "這这個个來来給给過过還还沒没無无關关閉闭錯错誰谁認认識识訴诉舉举報报傳传廣广銷销來来開开從从時时間间現现"
    "會会對对後后將将與与買买賣卖錢钱費费資资產产貸贷險险課课題题問问應应該该讓让離离遠远臺台樂乐愛爱歡欢"
    "聯联絡络繫系係系線线總总經经結结約约終终點点選选項项願愿須须顧顾頻频類类錄录鐘钟門门陽阳陰阴難难需需"
    "郵邮鄉乡運运進进達达遞递適适邊边遲迟遊游週周進进連连輯辑軟软轉转車车貨货貴贵質质賬账帳账購购贊赞嘗尝"
    "媽妈爺爷奶奶婦妇孫孙學学寫写寶宝實实審审導导專专尋寻師师帶带幫帮庫库廠厂張张強强彈弹當当錶表標标樣样"
    "機机權权條条業业極极歲岁歷历氣气決决況况淨净滾滚滿满漲涨濟济為为營营獨独獲获環环畫画異异療疗盤盘"
    "盡尽監监確确禮礼種种積积稱称穩稳競竞筆笔節节範范簽签紅红級级統统網网維维緊紧繼继續续罵骂罷罢義义習习"
    "聽听職职腦脑臉脸舊旧萬万著着處处虛虚補补裝装裡里裏里製制見见規规視视親亲覺觉觀观計计記记許许設设證证評评"
    "詢询詐诈試试話话誤误調调談谈諮咨議议護护讀读變变責责貼贴輸输農农邏逻醫医釋释鈴铃銀银鎖锁錯错鍵键長长閒闲"
    "隊队階阶際际雙双雜杂電电靈灵靜静響响頁页順顺領领頭头額额顯显風风飛飞飯饭館馆駛驶驗验髒脏鬧闹麗丽黃黄黑黑"
    "齊齐龍龙亂乱亞亚傷伤傻傻僅仅價价億亿優优償偿內内兩两冊册凍冻劃划動动務务勝胜勞劳勸劝區区協协卻却參参"
    "呂吕員员喪丧喚唤啟启嘆叹嚇吓嚴严囑嘱團团園园圍围圖图國国執执堅坚場场塊块壓压壞坏夠够夢梦奪夺妳你您你"
    "陳陈聲声劉刘楊杨趙赵吳吴鄭郑馬马蘇苏葉叶鄧邓馮冯蕭萧盧卢鍾钟譚谭陸陆賴赖龔龚閻阎賈贾韋韦鄒邹傭佣"
)
"""Traditional, simplified, ... Only characters that the lexicon needs, and what stands around them."""

TRADITIONAL = {ord(old): new for old, new in zip(_PAIRS[::2], _PAIRS[1::2], strict=True) if old != new}
SIMPLIFIED = frozenset(TRADITIONAL.values())
