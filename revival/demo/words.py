"""Words for synthetic names. Each name contains 合成样例 (synthetic sample), so that nobody takes it for real."""

from typing import NamedTuple

MARK = "合成样例"


class Trade(NamedTuple):
    """A branch of an industry (GB/T 4754-2017), the word for its enterprises, and their products."""

    code: str
    word: str
    product: str


TRADES: dict[str, tuple[Trade, ...]] = {
    "food": (
        Trade("C1311", "米业", "优质稻米"),
        Trade("C1331", "粮油", "食用植物油"),
        Trade("C1361", "水产", "冷冻水产品"),
        Trade("C1411", "烘焙", "糕点面包"),
        Trade("C1432", "食品", "速冻食品"),
        Trade("C1512", "酒业", "白酒酿造"),
    ),
    "textile": (
        Trade("C1711", "棉纺", "紧密纺纱线"),
        Trade("C1713", "印染", "棉印染面料"),
        Trade("C1752", "染整", "化纤面料染整"),
        Trade("C1762", "针织印染", "针织面料染整"),
        Trade("C1810", "服装", "机织服装"),
        Trade("C2822", "化纤", "涤纶长丝"),
    ),
    "chemical": (
        Trade("C2511", "石化", "成品油加工"),
        Trade("C2614", "化工", "有机化学原料"),
        Trade("C2631", "农化", "化学农药"),
        Trade("C2641", "涂料", "水性涂料"),
        Trade("C2651", "树脂", "合成树脂"),
        Trade("C2921", "塑业", "塑料薄膜"),
    ),
    "metallurgy": (
        Trade("C3120", "炼钢", "电炉炼钢"),
        Trade("C3130", "特钢", "钢压延"),
        Trade("C3251", "铜业", "铜压延"),
        Trade("C3252", "铝业", "铝压延"),
    ),
    "building-materials": (
        Trade("C3011", "水泥", "熟料水泥"),
        Trade("C3021", "混凝土制品", "装配式构件"),
        Trade("C3041", "玻璃", "平板玻璃"),
        Trade("C3061", "玻纤", "玻璃纤维"),
        Trade("C3071", "陶瓷", "建筑陶瓷"),
    ),
    "machinery": (
        Trade("C3391", "铸造", "黑色金属铸件"),
        Trade("C3421", "机床", "数控机床"),
        Trade("C3451", "轴承", "滚动轴承"),
        Trade("C3514", "工程机械", "工程机械"),
        Trade("C3525", "模具", "精密模具"),
        Trade("C3670", "汽车部件", "汽车零部件"),
        Trade("C3831", "线缆", "电线电缆"),
    ),
    "other": (
        Trade("C2110", "家具", "木质家具"),
        Trade("C2231", "包装", "纸质包装"),
        Trade("C2710", "药业", "化学原料药"),
        Trade("C3982", "电路", "电子电路"),
    ),
}
# Old equipment, by industry.
MACHINES: dict[str, tuple[str, ...]] = {
    "food": ("老式碾米机", "间歇式杀菌釜", "人工灌装线"),
    "textile": ("有梭织机", "老式细纱机", "高浴比染缸", "老式整经机"),
    "chemical": ("间歇式反应釜", "敞开式离心机", "老旧压滤机", "燃煤导热油炉"),
    "metallurgy": ("老旧中频炉", "老旧轧机", "燃煤加热炉"),
    "building-materials": ("老旧球磨机", "老式隧道窑", "老旧空压机"),
    "machinery": ("普通车床", "普通铣床", "老旧冲床", "冲天炉"),
    "other": ("老旧注塑机", "燃煤锅炉", "老旧印刷机"),
}
WORKS: dict[str, tuple[str, ...]] = {
    "eliminating-backwardness": ("落后装备淘汰替代", "低效产能退出及装备替代"),
    "equipment-renewal": ("生产线设备更新", "老旧装备更新改造", "智能化车间设备更新"),
    "green-transformation": ("生产线节能降碳改造", "绿色低碳改造", "废水循环利用改造"),
    "product-upgrading": ("产品提档升级", "高端产品生产线建设"),
    "layout-optimization": ("退城入园搬迁改造", "布局优化整合改造"),
}
# Old units of chemical works.
UNITS = ("加氢", "硝化", "氯化", "聚合", "精馏", "合成氨")
COMMENTS = (
    "请核对总投资与年度计划投资。",
    "请补充项目开工和竣工日期。",
    "项目名称与备案文件不一致, 请修改。",
)
LARGE = f"{MARK}: 整体搬迁项目, 总投资与备案文件一致。"  # why an amount is larger than usual


def enterprise_name(place: str, trade: Trade, number: int) -> str:
    return f"{place}{MARK}{trade.word}{number}号有限公司"


def project_name(trade: Trade, number: int, work: str) -> str:
    return f"{MARK}{trade.word}{number}号{trade.product}{work}项目"
