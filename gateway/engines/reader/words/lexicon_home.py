"""The lexicon's words of housing, utilities, appliances, vehicles and travel. Pure data; see `lexicon`."""

from __future__ import annotations

HOME = """
house,property,home/房子,房屋,住房; flat,apartment,premises,property/公寓,套房,套房子,房子,这套房
building,block/楼,楼栋,大楼,号楼,栋; room/房间,室,间; bedroom,bedrooms/卧室,睡房; living room,lounge/客厅
kitchen/厨房; bathroom/浴室,卫生间; toilet,wc,restroom/厕所,卫生间,洗手间; floor,storey,level/楼层,层,楼
ground floor/一楼; basement,cellar/地下室; attic/阁楼; balcony/阳台; terrace/露台; garden/花园,院子; yard/院子
garage/车库; parking space,parking spot/停车位,车位; parking,car park,park/停车,停车场; parking fee,parking/停车费
lift,elevator/电梯; stairs,stair,stairway/楼梯; corridor,hallway/走廊; lobby,hall/大堂,大厅; door/门
front door,street door/大门,前门; back door/后门; window/窗户,窗; wall,walls/墙,墙壁; ceiling/天花板; roof/屋顶
chimney/烟囱; gutter/排水沟,檐沟; shingles,tiles/瓦,瓦片; membrane/防水膜,防水层,薄膜; key,keys/钥匙; lock/锁
lock box/锁盒,钥匙盒; mailbox,letter box/信箱,邮箱; doorbell/门铃; gate/门,大门; east gate/东门; west gate/西门
south gate/南门; north gate/北门; fence/围栏; furniture,furnished/家具; bed/床; table/桌子; chair/椅子
sofa,couch/沙发; wardrobe,closet/衣柜; carpet,carpets/地毯; curtain,curtains/窗帘; lamp,light/灯; mirror/镜子
shelf/架子; bed linen,linen,sheets/床单,床上用品; towel,towels/毛巾; pillow/枕头; blanket/毯子; bath/浴缸; shower/淋浴
tap,faucet/水龙头; sink/水槽; pipe/管道,水管; water/水,用水,供水; water bill,water/水费; electricity,power/电,用电
electricity bill,electricity/电费; gas/燃气,煤气,气; gas bill,gas/燃气费,煤气费; heating,heat,heater/暖气,供暖,取暖
heating fee,heating/暖气费,取暖费; internet,broadband,network/网络,上网,宽带,互联网; internet,internet fee/网费
wifi,wi-fi,wireless/无线网,无线网络,无线; property fee,service charge/物业费,管理费
property management,management/物业,物业公司,管理处; utilities,bills/水电费,水电,杂费; sewer,sewage/污水,下水道,排污
trash,garbage,rubbish,refuse,waste/垃圾; rubbish collection,collected/收垃圾
collected,collect,collection/收,收集,清运; debris/废料,垃圾,杂物; hauling,haul/清运,运走; dump fee/倾倒费
recycling/回收; cleaning,clean,cleaned/清洁,打扫,清洗,保洁; cleaning fee,cleaning/清洁费,打扫费,保洁费
water off,water cut off,no water/停水,断水; power cut,power off,outage/停电,断电; gas cut/停气; water supply/供水,来水
restore,restored/恢复; water tank,tank/水箱; pump,water pump/水泵,泵; disinfect,disinfection/消毒,消毒剂
meter/表,电表,水表; meter reading,reading/读数,抄表; consumption,usage,used/用量,用电量,用水量
tariff,rate/电价,价目,费率; boiler/锅炉; heat pump/热泵; fireplace,fire/壁炉; smoke detector/烟雾报警器
move in,check in,check-in,arrival/入住,搬进; move out,check out,check-out,departure,leave/退房,搬出,搬走,退租
end the lease,terminate,early termination,ending the tenancy/退租,解约,提前解约,解除合同; sublet,subletting/转租
rent out,let/出租; live,occupy,reside/住,居住; stay,stays/住,留宿; sleep,sleeps/住,睡; overnight/过夜
stay/住宿,逗留,入住; night,nights/晚; guests/客人,房客; further guest,extra guest/加人; decorate,decoration/装修
paint,painted/刷,粉刷,刷墙,涂; drill,holes/钻孔,打洞,打孔; nail,hook,picture hooks/钉子,挂钩
picture hooks,pictures,hang pictures/挂画; alterations,alteration/改造,改动; inventory/物品清单; wear,normal wear/磨损
access,enter/进屋,进入; viewing,view/看房; rent increase,increase/涨租,涨房租,涨价; increase,raise,rise/上涨,涨,提高
neighbourhood,community,estate/小区,社区; shared,common/公共,共用; music/音乐; barbecue,bbq,grill/烧烤
campfire,open fires/篝火,生火,明火; beach/海滩,沙滩; lawn/草坪,草地; tent,tents/帐篷; campervan,motorhome,camper/房车
kayak,kayaks/皮划艇,皮艇; life jacket,life jackets/救生衣; pool,swimming pool/泳池,游泳池; sauna/桑拿; gym/健身房
playground/操场,游乐场; laundry/洗衣,洗衣房; bicycle store/自行车棚; appliance/电器; washing machine,washer/洗衣机
dryer/烘干机; dishwasher/洗碗机; fridge,refrigerator/冰箱; freezer/冷柜,冰柜; oven/烤箱; stove,cooker,hob/炉灶,灶
microwave/微波炉; kettle/水壶; coffee machine/咖啡机; air conditioner,air conditioning/空调; fan/风扇
water heater/热水器; solar/太阳能; solar panel,solar panels/太阳能板; vacuum cleaner/吸尘器; iron/熨斗
television,tv/电视; computer/电脑; laptop/笔记本电脑; printer/打印机; screen/屏幕; battery,batteries/电池,电瓶
charger/充电器; cable/电缆,线; plug,socket/插头,插座; switch/开关; fuse/保险丝; motor/电机,马达
filter/滤芯,滤网,过滤器; seal,gasket/密封圈,垫圈; hose/软管; drain/排水; compressor/压缩机; thermostat/温控器
bulb,light bulb/灯泡; remote control/遥控器; drum/滚筒; door seal/门封; part,parts,spare part/零件,配件
old parts,replaced parts,parts/旧零件,旧件; labour,labor/工时,人工,人工费,工时费
labour per hour,hourly rate,rate/每小时工时费; call-out,call-out fee,callout/上门费; diagnosis,diagnostic/诊断,检测
service,servicing/保养; next service,next service due/下次保养; interim service/小保养; maintenance/维护,保养,维修
repair,repairs/修理,修车,这次修理,报修,维修; workmanship/施工质量,工艺,做工; work,job/工程,活
urgent repairs,emergency repairs/紧急维修; tools/工具; screw/螺丝; install,installation,fitted/安装
test,tested/测试,检测; car,vehicle/车,汽车,车辆
registration,registration number,plate,license plate,number plate/车牌,车牌号,车牌号码
mileage,miles,odometer/里程,里程数,公里数; engine/发动机,引擎; engine oil,motor oil,oil/机油
oil filter/机油滤清器,机油滤芯; air filter/空气滤芯; brake,brakes/刹车,制动; front/前面; rear/后,后面
brake pads,brake pad/刹车片; front brake pads/前刹车片; brake discs,brake disc/刹车盘; front brake discs/前刹车盘
brake fluid/刹车油,制动液; wiper,wiper blade,wiper blades/雨刮,雨刮片,雨刷; tyre,tire,tyres,tires/轮胎
rear tyres/后轮胎; front tyres/前轮胎; wheel/车轮; tread/胎纹; headlamp,headlight/大灯,前灯; exhaust/排气管,排气
clutch/离合器; gearbox/变速箱; steering/转向; windscreen,windshield/挡风玻璃; bumper/保险杠; seat belt/安全带
spark plug/火花塞; timing belt/正时皮带; belt/皮带; coolant/冷却液; petrol,gasoline,fuel/汽油,燃油,油; diesel/柴油
litre,liter,litres/升; kilogram,kg,kilo/公斤,千克; gram/克; metre,meter/米; kilometre,km/公里
petrol station,gas station,pump/加油站; car wash/洗车; mot,inspection/年检,验车; tow,towing/拖车; rental car/租车
van/面包车; truck,lorry/卡车; motorcycle,motorbike/摩托车; bicycle,bike,bicycles/自行车,单车; scooter/电动车
bus/公交,公交车,巴士,班车,车; coach/大巴,客车; tram/电车; train/火车,列车; underground,metro,subway/地铁; taxi/出租车
ferry,boat,ship,sailing/渡轮,船,轮渡,渡船; ship,boat/船上; plane,flight/飞机,航班; drive,driving/开车,驾车
vehicle,car/开车; check in/到码头,办理登船,检票; pier,port,harbour,harbor,terminal,dock/码头,港口,港
harbour terminal/港口; airport/机场; station/车站,站; central station/中央车站,中心站,火车站
garage,workshop/修理厂,修车厂,车行; pass,stop/经过,途经; stop,bus stop/站点,站,车站; platform/站台; town hall/市政厅
fish market/鱼市; sports park/体育公园; university,college/大学; hospital/医院; school/学校; church/教堂
library/图书馆; museum/博物馆; market/市场; bank/银行; post office/邮局; hotel/酒店,宾馆; restaurant/餐厅,饭店
cinema/电影院; theatre,theater/剧院; park/公园; botanical garden/植物园; zoo/动物园; bridge/桥; square/广场
centre,center/中心; city centre/市中心; village/村,村庄,村子; island/岛; mountain/山; river/河; lake/湖; sea/海
forest/森林; route,line/路线,线路,线; journey,trip,ride/行程,路程,旅程; outward/去程
return journey,return journeys,return/回程,返程,返回,返校,返校时间; single,one-way/单程; return,round trip/往返
single ticket/单程票; return ticket,return/往返票,来回票; ticket,fare/票,车票,船票,票价; adult ticket,adult/成人票
child ticket,child/儿童票; adult single/成人单程票; child single,child/儿童票,儿童单程票
day ticket,day pass/日票,一日票; monthly pass,monthly ticket/月票; ten-trip card,multi-ride ticket/十次票,十次卡,次票
weekly ticket/周票; student ticket/学生票; group ticket/团体票; change a ticket,change,changed/改签
refund a ticket,refund/退票; book,booking/订票,订座; seat/座位; luggage,baggage/行李; passenger/乘客,旅客
foot passenger,foot passengers/步行乘客; wheelchair/轮椅; pushchair,stroller,pram/婴儿车
departure,depart,leave,leaves/开车,发车,出发,开,起航,开船; depart,leave,leaves/从
arrival,arrive,arrives,get to,reach/到,到达; departure,departure time/发车时间; first bus/首班车,头班车
last bus/末班车,最后一班车; last/最后一班,末班; first/第一班,首班; run,runs,running,operate/运行,开行,开; on time/准时
transfer,change/换乘,转车; meeting point,assembly point/集合地点; meet,gather,assemble,meeting time/集合
get on,board,boarding/上车,乘车; get off,alight/下车; walk/步行,走路; speed limit/限速; traffic/交通; toll/过路费
map/地图; distance,far/距离,远; summer timetable/夏季时刻表; school holidays/学校假期; wind,winds/风,大风
lounge/休息室; deck/甲板; lead,leash/牵绳,绳子; conference room,meeting room/会议室; classroom/教室; hall/礼堂
desk,counter/服务台; locker/储物柜; security guard,guardhouse/门岗,岗亭; access card/门禁卡
water point,water collection point,water distribution point,emergency water/取水点,打水,应急取水点,临时取水点
bucket/桶; store water/储水; tap water/自来水; drinking water/饮用水; rain tank,rainwater/雨水; bottle/瓶
leak,leaking/漏水; blocked/堵塞; mould,mold/霉; pest,insects/虫; flood/水灾; storm/风暴,暴风雨; sheets/张; crew/施工队
contents/家当,财物; home,residential/居住,住家; business/经营,商用,生意; standing charge/基本费; reading/读数
notice board,bulletin board/公告栏,布告栏; garbage fee/垃圾费; factor/物业; repaired,replaced/修好,换
property manager/物业经理
"""
"""Concepts, parted by semicolons or lines: English words, a slash, Chinese words; the plainest first."""
