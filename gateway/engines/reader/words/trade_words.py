"""Words of bills and receipts: what their labels, goods and terms are called, English and Chinese side by side.

Pure data: one meaning a line, its name before the colon. `meanings.py` reads it.
"""

from __future__ import annotations

LABELS = """
document number: invoice number|invoice no|inv no|receipt number|receipt no|bill number|bill no|transaction number
document number: transaction no|receipt id|ticket number|reference number|invoice id|流水号|小票号|小票编号
document number: 单据编号|单据号|单号
document number: 发票号码|发票号|票号|交易号|编号|凭证号|小票号码|流水号码|订单编号|账单号|单据号码
job number: job card|job number|job no|work order|work order number|repair order|工单|工单号|派工单号|维修单号
job number: job sheet|job ref
order number: order number|order no|order id|订单号|点单号|取餐号
tax number: vat reg|vat reg no|vat registration|vat registration number|vat number|vat no|tax id|tax number|税号|ein
tax number: vat registration no|gst no|纳税人识别号
plate: registration|registration number|registration plate|reg|reg no|number plate|licence plate|license plate|plate
plate: plate number|licence plate number|license plate number|license number of the car|车牌|车牌号|牌照|车牌号码
licence: license|licence|license number|licence number|contractor license|许可证|许可证号|执照
serial: serial number|serial no|serial|s/n|序列号|机身号|出厂编号
chassis: vin|chassis number|车架号
member number: membership number|member number|card number|loyalty card|loyalty card number|membership card
member number: 会员卡号|会员号
member number: 会员卡|member id|member no|会员编号|会员号码|会员卡号码|卡号
account: bank account|银行账号|银行账户|收款账号|收款账户
customer number: customer number|customer no|account number|customer id|客户编号
prescription number: 处方留存号|处方号|prescription number|处方编号|rx number|rx
till: till|till number|register|counter|checkout|pos|收银台|款台|机号|几号台|收银机|terminal
table number: table|table number|桌号|台号|几号桌|哪桌
pump: pump|pump number|油枪|枪号|加油机|几号枪
mileage: mileage|odometer|odometer reading|how many miles|how many kilometres|里程|里程数|公里数|行驶里程
mileage: 多少公里|表显里程|几公里
vehicle: vehicle|make and model|car model|what car|which car|make of car|车型|车辆|什么车|品牌型号|车辆型号|车款
appliance: appliance|machine|unit serviced|设备|机型|机器|电器|维修设备
model: model|model number|型号
customer: customer|bill to|billed to|client|sold to|owner|car owner|顾客|客户|车主|买家|客户姓名|顾客姓名|客户名称
customer: 宠物主人|主人|购买人|owner of the car
customer: invoice addressed to|whose car|whose invoice|invoiced to|invoice to|报修人|联系人
member: member|会员|member name|会员姓名
patient: patient|患者|病人|姓名
mechanic: mechanic|technician|fitter|crew chief|foreman|engineer|plumber|electrician|serviced by|work carried out by
mechanic: work done by|repaired by|技师|维修员|维修技师|师傅|技工|维修人员|维修工程师|修理工|主修|repairer
mechanic: installer|施工人员|工长|施工队长|领班|组长
mechanic: 维修师傅|carried out by|completed by
cashier: cashier|clerk|operator|assistant|收银员|营业员|经手人|收款员|收银|收费员
waiter: server|your server|waiter|waitress|served by|you were served by|服务员|点餐员|跑堂
cashier: 导购|店员
attendant: 加油员|pump attendant|attendant
cashier: sales assistant|operator name
pharmacist: pharmacist|审方药师|药师|执业药师|审方|审核药师
dispenser: dispensed by|dispenser|调配|配药|调剂|配药人|调配人|发药
checker: checked by|复核|核对|inspected by|approved by|质检员|检验员
doctor: doctor|physician|vet|veterinarian|主治医生|主治医师|prescriber|医生|医师|开方医生|prescribed by|doctor name
issuing hospital: 开方医院|医院|hospital|prescribing hospital
phone: telephone|phone|tel|mobile|phone number|telephone number|hotline|ring|电话|热线|服务电话|联系电话
phone: 电话号码|手机|手机号
phone: 客服电话|客服热线|服务热线|咨询电话|投诉电话|订餐电话|用药咨询|咨询|手机号码|tel no|客服|call
email: email|e-mail|email address|e-mail address|邮箱|电子邮件|电邮|电子邮箱
website: website|web site|web address|web|url|www|homepage|网址|网站|官网
fax: fax|传真
wifi: wifi|wi-fi|wifi password|无线网
address: address|地址|店址|门店地址
site: job site|site address|work address|service address|property address|施工地址|施工地点|服务地址|上门地址
site: property|job address
site: job location|安装地址|维修地址|site
branch: branch|门店|分店|分公司|店名|哪家店
date: date|invoice date|date of issue|receipt date|bill date|日期|交易日期|销售日期|开票日期|购买日期|消费日期
date: 结账日期|bought on|交易时间
date: issue date|date and time|销售时间|消费时间|打印时间|结账时间|开单日期|下单时间|date of purchase
date: date of sale|date of invoice
date in: date in|received|received on|brought in|送修日期|接车日期|进厂日期|dropped off|drop off date|进厂时间
date in: came in|taken in|送修时间
date out: date out|completed|completed on|ready on|完工日期|出厂日期|交车日期|picked up|returned on
date out: finished on|完工时间|取车日期
work date: work dates|date of service|service date|date of work|work date|施工日期|维修日期|服务日期|上门日期
work date: date of visit|visit date
quote date: quoted|quote|quoted on|报价|报价日期|estimate date|estimate
time: time|时间|结账时间|交易时间|销售时间|消费时间|打印时间|下单时间
order time: 开单时间|点单时间|入座时间|seated at
due: due date|payment due|due by|date due|付款期限|付款截止|付款日期|最迟付款|due|payable by
terms: terms|payment terms|付款条件|付款条款
member day: 会员日|member day|members day
points total: 累计积分|总积分|积分余额|可用积分|total points|points balance|points total|当前积分|剩余积分|积分累计
points earned: 本次积分|points earned|points this visit|points added|新增积分|本次获得积分|本单积分
points expiry: 积分有效期|points expiry|points valid until|points expire|积分到期|积分过期|积分清零
hours: opening hours|business hours|营业时间|open|几点开门|几点关门|opening times|hours of business|close
hours: closing time|几点打烊
pieces: 合计件数|总件数|number of items|items sold|item count|total items|件数|商品件数|数量合计|总数量
total: total|grand total|invoice total|total amount|total due|amount payable|sum total|合计|总计|合计金额
total: 总金额|总额|总价
total: 应付|应付金额|实付|实付金额|应收|应收金额|total to pay|共计|价税合计|总费用|实收金额|total price
total: total cost|bill total
total: amount due|final amount|实收|total including vat|total incl vat|消费金额|消费合计
subtotal: subtotal|sub total|sub-total|net|net amount|net total|before tax|before vat|excluding vat
subtotal: excluding tax|without tax
subtotal: without vat|税前|不含税|小计|不含税金额|total excluding vat|total before vat|total before tax
subtotal: pre-tax|ex vat|税前金额
tax: vat|tax|sales tax|gst|value added tax|税|增值税|税额|税费|税金|hst
balance: balance|balance due|balance to pay|outstanding|amount outstanding|remaining|left to pay|still owe
balance: still have to pay|余款
balance: 尾款|待付|未付|还要付|还需付|还欠|还得付|remaining balance|still to pay|还需支付|待付金额|剩余
balance: 余额应付|still owed|still pay
deposit: deposit|deposit paid|deposit received|advance|advance payment|down payment|prepaid|押金|定金|预付
deposit: 预付款|already paid
deposit: paid in advance|已付|已付定金|订金|prepayment|less deposit
discount: discount|off|reduction|saving|saved|save|rebate|coupon|voucher|优惠|折扣|优惠券|减免|立减|满减
discount: 优惠金额|折|减|省|便宜了|抵扣|promotion|活动|促销|special offer
member discount: 会员优惠|会员折扣|member discount|loyalty discount|会员价优惠|会员立减
coupon: 优惠券|coupon|voucher|代金券|抵用券
tip: tip|gratuity|小费
service charge: service charge|服务费|service fee|cover charge|茶位费|餐位费
delivery: delivery|delivery fee|delivery charge|shipping|postage|配送费|运费|送货费|送货|派送费|快递费
packaging: packaging|打包费|包装费|餐盒费|打包盒
callout: call-out|callout|call-out fee|service call|上门费|上门服务费|call out charge|call-out charge
callout: callout charge|call out fee
cash: cash|cash tendered|cash given|现金|现金支付|cash paid|tendered|handed over|给了
card: card|credit card|debit card|visa|mastercard|银行卡|刷卡|信用卡|card payment|unionpay|银联
gift card: gift card|购物卡|储值卡|礼品卡|store card
wechat: wechat|微信|微信支付|wechat pay
alipay: alipay|支付宝
insurance account: 医保|医保账户|医保个人账户|个人账户|insurance account|医保支付|medical insurance|医保个人账户支付
insurance balance: 医保账户余额|账户余额|医保余额|account balance|卡内余额|余额|卡余额|消费后余额
balance before: 消费前余额|消费以前|消费之前|消费前|balance before
change: change|change given|change due|找零|找去|找回|找了|找您|找的钱|找的零钱|找|change back
rounding: rounding|抹零
fault: fault|fault reported|problem|complaint|reported fault|故障|故障描述|故障现象|报修内容|客户描述|symptom
fault: what was wrong|wrong
error code: error code|error|fault code|错误代码|故障代码|错误码
pet: pet|dog|cat|puppy|宠物|宠物名|狗|猫|小狗|狗狗
people: 人数|people|persons|guests|diners|用餐人数|几个人|几位|多少人|几人
payment means: payment method|method of payment|means of payment|kind of payment|type of payment|付款方式|支付方式
breed: breed|品种
sex: sex|gender|性别|公的还是母的
weight: 体重|weigh|heavy|how heavy
finding: finding|findings|diagnosis|检查结果|检测结果|诊断|故障原因|cause
remarks: remarks|notes|note|comments|备注|说明|recommendation|advise|advice|recommendations|建议|提醒
result: mot result|test result|result
next service: next service|next service due|next inspection|next mot|下次保养|下次保养时间|下次保养里程
next service: 下次维护|next oil change
""".strip()
"""What bills state by label."""

TERMS = """
guarantee: guarantee|guaranteed|warranty|warranted|warrant|保修|质保|保修期|质保期|保用|质量保证|保|covered|包修
excluded: cover|covered|excluded|exclude|保修范围
labour: labour|labor|workmanship|工时|工时费|人工|人工费|工费|时薪|hourly|hourly rate|施工|施工质量|工
part: part|parts|spare part|零件|配件|更换件|材料|零部件
replaced part: old part|old parts|replaced part|replaced parts|旧件|换下的零件|换下来的旧件|旧配件|旧零件
return: return|refund|exchange|退|退换|退货|换货|退款|退换货|退掉|退回|换
fresh: fresh food|fresh goods|生鲜|生鲜商品|生鲜食品
invoice issue: tax invoice|formal invoice|开发票|开具发票|发票
late: late|late fee|late payment|late charge|overdue|interest|逾期|滞纳金|违约金|late payment fee|penalty
early: early payment|early|prompt payment|pay early|提前付款|提前
cheque: cheque|check|cheques|checks|支票
transfer: bank transfer|transfer|wire|转账|银行转账
transfer: bank account|银行账号|银行账户|收款账号|收款账户
warranty ends: void|ends|失效|作废
member: member|members|会员
redeem: redeem|exchange points|换购|兑换
points: points|积分
fruit: fruit|fruits|水果
vegetable: vegetable|vegetables|蔬菜|青菜
meat: meat|meats|肉类
tyre: tyre|tire|tyres|tires|轮胎
tread: tread|tread depth|胎纹|花纹
battery: battery|电池|电瓶|蓄电池
exhaust: exhaust|muffler|排气|排气管
brake: brake|brakes|braking|刹车|制动
pad: pad|pads|片|刹车片
disc: disc|disk|rotor|discs|盘|刹车盘|碟
brake fluid: brake fluid|刹车油|制动液
oil: oil|engine oil|motor oil|机油|食用油|花生油|菜籽油|大豆油|植物油|调和油|玉米油
filter: filter|滤芯|滤清器|机滤|空滤|过滤器
wiper: wiper|wipers|wiper blade|windscreen wiper|雨刮|雨刮片|雨刷|雨刮器
bulb: bulb|lamp|headlamp|headlight|灯泡|大灯|车灯|灯
spark plug: spark plug|spark plugs|火花塞
coolant: coolant|antifreeze|防冻液|冷却液
clutch: clutch|离合器
belt: belt|timing belt|皮带|正时皮带
suspension: shock absorber|suspension|减震器|减振器
wheel: wheel|wheels|车轮|轮毂
alignment: alignment|tracking|四轮定位
car wash: car wash|洗车
petrol: petrol|gasoline|unleaded|fuel|gas|汽油|92号|95号|燃油
diesel: diesel|柴油
mot: mot|mot test|年检|年审
advisory: advisory|advisories|advised
inspection: inspection|检查|检测|diagnostic
roof: roof|roofing|屋顶|房顶
shingle: shingle|shingles|瓦|屋面瓦|瓦片|roof tile
membrane: membrane|防水膜|防水层|防水卷材
flashing: flashing|泛水|泛水板|step flashing
gutter: gutter|gutters|排水沟|檐沟|天沟|雨水槽
bracket: bracket|brackets|支架|托架
caulk: caulk|sealant|密封胶|填缝
chimney: chimney|烟囱
pipe boot: pipe boot|boot|通气管套
debris: debris|hauling|dump|disposal|waste|清运|垃圾|垃圾清运
solar: solar panel|solar panels|太阳能|太阳能板
satellite: satellite dish|satellite|卫星天线
pipe: pipe|管道|水管|管子
tap: tap|faucet|水龙头|龙头
valve: valve|阀|阀门
pump part: water pump|水泵|排水泵|drain pump
motor: motor|电机|马达|发动机
fan: fan|风扇|风机
compressor: compressor|压缩机
door seal: door gasket|gasket|seal|密封圈|门封|密封条
thermostat: thermostat|温控器
screen: screen|display|屏幕|显示屏|屏
boiler: boiler|water heater|热水器|锅炉
washing machine: washing machine|washer|洗衣机
refrigerator: refrigerator|fridge|冰箱
air conditioner: air conditioner|air conditioning|空调
refrigerant: refrigerant|制冷剂|冷媒|加氟
egg: egg|eggs|鸡蛋|鲜鸡蛋
milk: milk|牛奶|纯牛奶|鲜奶|鲜牛奶
yogurt: yogurt|yoghurt|酸奶
rice: rice|大米|米饭
flour: flour|面粉
noodle: noodle|noodles|面条|拉面|挂面
bread: bread|loaf|面包|吐司
butter: butter|黄油
cheese: cheese|奶酪|芝士
apple: apple|apples|苹果
banana: banana|bananas|香蕉
orange: orange|oranges|橙子|橙
pear: pear|pears|梨
grape: grape|grapes|葡萄
watermelon: watermelon|西瓜
tomato: tomato|tomatoes|番茄|西红柿
potato: potato|potatoes|土豆|马铃薯
cabbage: cabbage|白菜|卷心菜
cucumber: cucumber|黄瓜
carrot: carrot|carrots|胡萝卜
onion: onion|onions|洋葱
pork: pork|猪肉|五花肉|排骨|里脊
beef: beef|牛肉|牛腩
chicken: chicken|鸡肉|鸡腿|鸡翅|鸡胸
lamb: lamb|mutton|羊肉
fish: fish|鱼|鲈鱼|salmon|三文鱼|草鱼
shrimp: shrimp|prawn|prawns|虾|基围虾
tofu: tofu|bean curd|豆腐
salt: salt|食盐
sugar: sugar|白糖|红糖
soy sauce: soy sauce|酱油|生抽|老抽
vinegar: vinegar|醋|陈醋
tea: tea|茶|茶叶|绿茶|红茶
coffee: coffee|咖啡
beer: beer|啤酒
wine: wine|葡萄酒|红酒
juice: juice|果汁|橙汁
water: mineral water|bottled water|矿泉水|纯净水
cola: cola|coke|可乐
soup: soup|汤
dumpling: dumpling|dumplings|饺子|水饺
tissue: tissue|tissues|paper tissues|facial tissue|抽纸|纸巾|面巾纸|卫生纸|toilet paper
detergent: detergent|washing powder|laundry|洗衣液|洗衣粉
dish soap: dish soap|washing-up liquid|洗洁精
shampoo: shampoo|洗发水|洗发露
toothpaste: toothpaste|牙膏
toothbrush: toothbrush|牙刷
soap: soap|肥皂|香皂|洗手液
towel: towel|毛巾
bag: shopping bag|carrier bag|plastic bag|购物袋|塑料袋
thermometer: thermometer|体温计|温度计
mask: mask|masks|face mask|surgical mask|口罩
plaster: plaster|band-aid|bandage|创可贴|绷带
loratadine: loratadine|氯雷他定
ibuprofen: ibuprofen|布洛芬
amoxicillin: amoxicillin|阿莫西林
paracetamol: paracetamol|acetaminophen|对乙酰氨基酚
cephalosporin: cefixime|cefuroxime|cephalosporin|头孢
liquorice: liquorice|licorice|甘草
vitamin: vitamin|vitamins|维生素
cough syrup: cough syrup|止咳糖浆|止咳
cold medicine: cold medicine|感冒药|感冒灵|感冒清热
iodine: iodine|碘伏
alcohol: alcohol|酒精|饮酒|喝酒|酒
penicillin: penicillin|青霉素
allergy: allergy|allergic|过敏
fever: fever|退烧|发热|发烧
prescription: prescription|处方|处方药
dose: dose|dosage|用量|用法|一次
meal: meal|meals|饭后|饭前|餐后
bedtime: bedtime|before sleep|before bed|睡前
ultrasound: ultrasound|b超|彩超
x-ray: x-ray|xray|x光|x线
pocket: pocket|pockets|口袋
follow-up: follow-up|follow-up visit|followup|check-up|复诊|复查|回访
bath: bath|bathe|bathed|bathing|洗澡
holiday: holiday|holidays|public holiday|public holidays|bank holiday|bank holidays|节假日|假日|法定假日
parking: parking|park|停车
overtime: longer than|over time|超时
smoking: smoking|smoke|吸烟|抽烟
""".strip()
"""Goods, parts, and what the small print speaks of."""

ATTRIBUTES = """
colour: color|colour|颜色|什么色
origin: origin|come from|produced in|grown|产地|哪里产|原产地|哪产的
expiry: expiry|expire|expires|best before|use by|shelf life|expiry date|expiration|保质期|有效期|过期|有效期至|到期
maker: maker|manufacturer|manufactured|生产企业|厂家|生产厂家|制造商|哪家生产|哪个厂
specification: specification|spec|pack size|规格
brand: brand|品牌|牌子
weight: weight|weigh|heavy|how heavy|重量|多重|体重
email: email|e-mail|email address|e-mail address|邮箱|电子邮件|电邮|电子邮箱
website: website|web site|web address|web|url|www|homepage|网址|网站|官网
fax: fax|传真
wifi: wifi|wi-fi|wifi password|无线网
delivery: delivery|delivery fee|shipping|postage|配送费|运费|送货|送货费
tip: tip|gratuity|小费
doctor: doctor|physician|vet|veterinarian|主治医生|主治医师|医生|医师
parking: parking|停车|停车费
size: size|尺寸|尺码
age: age|年龄|几岁|how old|多大
next service: next service|next service due|next inspection|next mot|下次保养|下次保养时间|下次维护|next oil change
illness: illness|disease|diagnosed with|得了什么病|什么病|病情
batch: batch|batch number|lot number|批号|批次|生产批号
calories: calories|卡路里|热量
allergen: allergens|allergen|过敏原
""".strip()
"""What may be asked of a thing though the page says nothing of it: without a word or a value of that kind it is
not there."""
